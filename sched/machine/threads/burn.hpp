// CPU work that takes a given time on the reference core, which is this machine's, undisturbed.
#pragma once
#include "sched/core/time.hpp"

namespace loopsteal {

/// Burns `work` on the calling thread. The first call of the process calibrates, which takes some
/// milliseconds: call calibrate_burn() before a measurement.
void burn(Work work) noexcept;

/// Calibrates once per process; later calls do nothing. Any thread.
void calibrate_burn() noexcept;

/// Iterations of the burning loop per nanosecond, for the record. Calibrates if necessary.
[[nodiscard]] double burn_iterations_per_ns() noexcept;

}  // namespace loopsteal
