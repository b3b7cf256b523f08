// CPU work that takes a stated time on the reference core: this machine's, undisturbed.
#pragma once
#include "sched/core/time.hpp"

namespace loopsteal {

/// Burns `work` on the calling thread. The first call of the process calibrates, which takes some
/// milliseconds: call calibrate_burn() before anything is measured.
void burn(Work work) noexcept;

/// Calibrates once a process; later calls do nothing. Any thread.
void calibrate_burn() noexcept;

/// Iterations of the burning loop a nanosecond, for the record. Calibrates if need be.
[[nodiscard]] double burn_iterations_per_ns() noexcept;

}  // namespace loopsteal
