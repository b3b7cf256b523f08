// What an original runs to be calibrated, as programs of ours (twins): to count in virtual time
// what they do. The originals' own are asyncio_micros.py, asyncio_hops.py and tokio/src/micros.rs
// of scripts/originals/.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/calibrate/originals/server.hpp"
#include "sched/core/measurement.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// What the code of the programs themselves does, which is no operation of a scheduler.
struct OwnCode {
  std::uint64_t tasks = 0;   ///< Made and ended.
  std::uint64_t pieces = 0;  ///< Of computing: what is lost to looking at the clock.
  std::uint64_t events = 0;  ///< Made, waited for and set.
  std::uint64_t hops = 0;    ///< Of items through a channel.
};

/// Whether the program has a twin. Those that time a way into a scheduler from another thread have
/// none: what they take is a sum of a few entries (ns_without_twin()).
[[nodiscard]] bool has_twin(const OriginalRun& micro);

[[nodiscard]] OwnCode own_code_of(const OriginalRun& micro);

/// How many samples the program takes, whose median counts: of naps by how much each is too long,
/// of ways from thread to thread how long each is. Empty if its makespan counts.
[[nodiscard]] std::optional<std::uint64_t> samples_of(const OriginalRun& micro);

/// What a run of the program's twin takes that counts: its makespan, or the median of its samples
/// times their number.
[[nodiscard]] double ns_in_virtual_time(const OriginalRun& micro, const OriginalTarget& target,
                                        const CostModel& costs);

/// Once in virtual time, under the scheduler that has the original's order.
[[nodiscard]] Measurement micro_in_virtual_time(const OriginalRun& micro,
                                                const OriginalTarget& target,
                                                const CostModel& costs);

}  // namespace loopsteal
