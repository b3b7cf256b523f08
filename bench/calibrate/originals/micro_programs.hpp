// Twins of the calibration programs of a reference runtime: the same programs on loopsteal, which
// count operations in virtual time. The runtimes' own programs are asyncio_micros.py,
// asyncio_hops.py and tokio/src/micros.rs of scripts/originals/.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/calibrate/originals/server.hpp"
#include "sched/core/measurement.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// The programs' own code, which is not an operation of a scheduler.
struct OwnCode {
  std::uint64_t tasks = 0;   ///< Created and ended.
  std::uint64_t pieces = 0;  ///< Of computing: the loss from looking at the clock.
  std::uint64_t events = 0;  ///< Created, waited for and set.
  std::uint64_t hops = 0;    ///< Of items through a channel.
};

/// True if the program has a twin. Programs that time a way into a scheduler from another thread
/// have none: their time is a sum of a few entries (ns_without_twin()).
[[nodiscard]] bool has_twin(const OriginalRun& micro);

[[nodiscard]] OwnCode own_code_of(const OriginalRun& micro);

/// Number of samples whose median counts: overshoots of sleeps, or times of ways from thread to
/// thread. Empty if the program's makespan counts.
[[nodiscard]] std::optional<std::uint64_t> samples_of(const OriginalRun& micro);

/// Time of the program's twin that counts: its makespan, or the median of its samples times their
/// number.
[[nodiscard]] double ns_in_virtual_time(const OriginalRun& micro, const OriginalTarget& target,
                                        const CostModel& costs);

/// One run in virtual time, under the scheduler that has the reference runtime's order.
[[nodiscard]] Measurement micro_in_virtual_time(const OriginalRun& micro,
                                                const OriginalTarget& target,
                                                const CostModel& costs);

}  // namespace loopsteal
