// What an original runs to be calibrated, as programs of ours: to count in virtual time what they
// do. The originals' own are scripts/originals/asyncio_micros.py and tokio/src/micros.rs.
#pragma once

#include <string_view>

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

[[nodiscard]] OwnCode own_code_of(const OriginalRun& micro);

/// Once in virtual time, under the scheduler that has the original's order.
[[nodiscard]] Measurement micro_in_virtual_time(const OriginalRun& micro,
                                                std::string_view scheduler, const CostModel& costs);

}  // namespace loopsteal
