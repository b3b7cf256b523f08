// Which workers a thief asks for jobs, and in which order.
//
// Workers known to have no jobs (occupancy.hpp) are charged for and not looked at.
#pragma once
#include <cstdint>
#include <type_traits>

#include "sched/contract.hpp"
#include "sched/core/random/random.hpp"
#include "sched/policy/parts/occupancy.hpp"

namespace loopsteal {

/// random_start: every other worker in turn, from a random one on. random: workers drawn at random.
enum class Victim : std::uint8_t { random_start, random };

/// Asks the workers [begin, end) except `thief` in rising order, by `ask(victim)`, until an answer
/// converts to true. Returns that answer, or an empty one. `ask` charges for its look; the looks at
/// workers without jobs are charged here, to the thief.
template <Machine M, class Ask>
auto ask_range(M& machine, const Occupancy<M>& occupancy, WorkerId thief, WorkerId begin,
               WorkerId end, Ask&& ask) noexcept {
  using Answer = std::invoke_result_t<Ask&, WorkerId>;
  for (WorkerId victim = begin; victim < end; ++victim) {
    if (const WorkerId next = occupancy.next_nonempty(victim, end); next != victim) {
      const bool self = victim <= thief && thief < next;
      machine.charge(thief, Op::steal_attempt, next - victim - (self ? 1 : 0));
      victim = next;
      if (victim >= end) break;
    }
    if (victim == thief) continue;
    if (const Answer answer = ask(victim)) return answer;
  }
  return Answer{};
}

/// Asks every other worker once, from a random one on, as ask_range() does.
template <Machine M, class Ask>
auto ask_each_once(M& machine, const Occupancy<M>& occupancy, WorkerId thief, FastRandom& random,
                   Ask&& ask) noexcept {
  const WorkerId workers = machine.workers();
  const WorkerId start = random.next_below(workers);
  if (const auto answer = ask_range(machine, occupancy, thief, start, workers, ask)) return answer;
  return ask_range(machine, occupancy, thief, 0, start, ask);
}

/// Whether `has_jobs(worker)` holds for one of `workers` workers.
template <class Set, class HasJobs>
bool any_worker(const Set& occupancy, WorkerId workers, HasJobs&& has_jobs) noexcept {
  for (WorkerId w = 0; w < workers; ++w) {
    w = occupancy.next_nonempty(w, workers);
    if (w < workers && has_jobs(w)) return true;
  }
  return false;
}

}  // namespace loopsteal
