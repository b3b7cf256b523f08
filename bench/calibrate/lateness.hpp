// How late a worker that sleeps begins with what is due: its wake-up, and whatever the operating
// system's timers add.
#pragma once

#include <cstdint>
#include <string_view>

#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

enum class Lateness {
  of_handovers,  ///< From when a worker makes a job ready to when another, asleep, begins with it.
  of_requests,   ///< From when a client means to send one to when a sleeping worker begins with it.
  of_sleeps,     ///< From a deadline to when what slept goes on, the only worker having slept, too.
};

/// The median of `times` under `scheduler` on real threads, in ns. Throws SpecError for a scheduler
/// that there is none of.
double lateness_on_threads(Lateness lateness, std::string_view scheduler, std::uint32_t times);

/// The same in virtual time, with these costs.
double lateness_in_virtual_time(Lateness lateness, std::string_view scheduler, std::uint32_t times,
                                const CostModel& costs);

/// What a client's turn takes of a CPU: to wake up, to send a request, and to go to sleep again. In
/// ns, the mean of `times` under an event loop on a real thread.
double cpu_of_a_request(std::uint32_t times);

}  // namespace loopsteal
