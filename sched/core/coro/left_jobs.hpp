// Jobs that runs leave behind: jobs that are ready when no run follows, and invalid roots.
#pragma once
#include <stdexcept>
#include <utility>

#include "sched/core/coro/promise.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/job_queue.hpp"

namespace loopsteal::detail {

/// Empties the queues of a scheduler and frees the callbacks among the jobs; the frames of the
/// other jobs belong to their owners. `take_ready(left)` appends all ready jobs. Freeing a
/// callback's captures may make more jobs ready, so it repeats until the queues stay empty.
template <class TakeReady>
void free_callbacks(const TakeReady& take_ready) noexcept {
  JobQueue left;
  for (take_ready(left); !left.empty(); take_ready(left))
    while (Job* const job = left.pop_front())
      if (promise_of(*job).is_left_to_its_scheduler()) job->coroutine.destroy();
}

/// Throws std::invalid_argument if there is nothing to run.
inline void check_root(const Task<void>& root) {
  if (root.empty())
    throw std::invalid_argument(
        "run(): the root task is empty, as one is that was moved from. Call the coroutine again: "
        "each run takes a task of its own.");
}

}  // namespace loopsteal::detail
