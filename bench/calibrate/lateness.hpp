// Latency of a sleeping worker: its wake-up, and the delay of the operating system's timers.
#pragma once

#include <cstdint>
#include <string_view>

#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

enum class Lateness {
  of_handovers,  ///< From when a worker makes a job ready to when another, asleep, begins it.
  of_requests,   ///< From the intended time of a request to when a sleeping worker begins it.
  of_sleeps,     ///< From a deadline to when the sleeper continues, on the only worker, asleep,
                 ///< too.
};

/// The median of `times` under `scheduler` on real threads, in ns. Throws SpecError for an unknown
/// scheduler.
double lateness_on_threads(Lateness lateness, std::string_view scheduler, std::uint32_t times);

/// The median in virtual time, with these costs.
double lateness_in_virtual_time(Lateness lateness, std::string_view scheduler, std::uint32_t times,
                                const CostModel& costs);

/// CPU time of a client's turn: waking up, sending a request, and going to sleep again. In ns, the
/// mean of `times` under an event loop on a real thread.
double cpu_of_a_request(std::uint32_t times);

}  // namespace loopsteal
