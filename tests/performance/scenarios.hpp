// The hot path, one operation at a time: each coroutine does `count` of one kind and nothing else.
// For schedulers with one worker, unless it says otherwise.
#pragma once
#include <utility>

#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"

namespace loopsteal::performance {

using Scenario = Task<void> (*)(Scheduler& scheduler, int count);

inline Task<void> nothing() { co_return; }

/// One task alone: nobody else is there to go first.
inline Task<void> yields_alone(Scheduler&, int count) {
  for (int i = 0; i < count; ++i) co_await yield();
}

/// A hundred tasks among themselves.
inline Task<void> yields(Scheduler& scheduler, int count) {
  constexpr int kTasks = 100;
  TaskGroup group(scheduler);
  for (int i = 0; i < kTasks; ++i) group.spawn(yields_alone(scheduler, count / kTasks));
  co_await group.join();
}

/// Any number of workers. A hundred tasks are alive at a time.
inline Task<void> spawns(Scheduler& scheduler, int count) {
  constexpr int kBatch = 100;
  TaskGroup group(scheduler);
  for (int done = 0; done < count; done += kBatch) {
    for (int i = 0; i < kBatch; ++i) group.spawn(nothing());
    co_await group.join();
  }
}

/// Any number of workers. With a handle each: joined, and could be cancelled.
inline Task<void> spawns_with_handles(Scheduler& scheduler, int count) {
  for (int i = 0; i < count; ++i) {
    const JoinHandle<void> handle = spawn(scheduler, nothing());
    co_await handle.join();
  }
}

/// Any number of workers. The join waits, so each makes two jobs ready.
inline Task<void> fork_joins(Scheduler& scheduler, int count) {
  for (int i = 0; i < count; ++i) {
    Fork<void> fork(scheduler, nothing());
    co_await fork.join();
  }
}

/// Wakes whoever waits here, and waits in its place.
class Handover {
 public:
  explicit Handover(Job*& place) noexcept : place_(place) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    Scheduler& scheduler = *self.promise().scheduler;
    Job* const partner = std::exchange(place_, &self.promise().job);
    if (partner != nullptr) scheduler.submit(*partner, ReadyCause::woken);
  }
  void await_resume() const noexcept {}

 private:
  Job*& place_;
};

inline Task<void> hand_over(Scheduler& scheduler, Job*& place, int count) {
  for (int i = 0; i < count; ++i) co_await Handover(place);
  if (Job* const partner = std::exchange(place, nullptr))
    scheduler.submit(*partner, ReadyCause::woken);
}

/// Two tasks that wake each other, `count` wakes in all.
inline Task<void> wakes(Scheduler& scheduler, int count) {
  Job* place = nullptr;
  TaskGroup group(scheduler);
  group.spawn(hand_over(scheduler, place, count / 2));
  group.spawn(hand_over(scheduler, place, count / 2));
  co_await group.join();
}

struct NamedScenario {
  const char* name;
  Scenario run;
};
inline constexpr NamedScenario kScenarios[] = {{"yield_alone", yields_alone},
                                               {"yield", yields},
                                               {"spawn", spawns},
                                               {"spawn_with_handle", spawns_with_handles},
                                               {"fork_join", fork_joins},
                                               {"wake", wakes}};

}  // namespace loopsteal::performance
