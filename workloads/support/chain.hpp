// A chain of tasks: each starts the next one and ends.
#pragma once
#include "sched/core/coro/task_group.hpp"
#include "sched/core/sync/event.hpp"

namespace loopsteal {

/// State shared by the links of a chain and the task that waits for its end. A link may call
/// tasks.spawn(), since only one link exists at a time: each call happens before the next, and all
/// of them before `ended` is set. The task that began the chain waits for `ended`, then joins
/// `tasks`.
struct Chain {
  explicit Chain(Scheduler& scheduler) noexcept : tasks(scheduler) {}

  TaskGroup tasks;
  Event ended;  ///< Set by the last link.
};

}  // namespace loopsteal
