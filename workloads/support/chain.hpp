// A chain of tasks, each of which starts the next and ends.
#pragma once
#include "sched/core/event.hpp"
#include "sched/core/task_group.hpp"

namespace loopsteal {

/// What the links of a chain and the task that waits for its end share. A link may call
/// tasks.spawn(), since there is only ever one: each call happens before the next, and all of them
/// before `ended` is set. Whoever began the chain waits for `ended`, then joins `tasks`.
struct Chain {
  explicit Chain(Scheduler& scheduler) noexcept : tasks(scheduler) {}

  TaskGroup tasks;
  Event ended;  ///< Set by the last link.
};

}  // namespace loopsteal
