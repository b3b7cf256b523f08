// Task: lazy, its value or exception, its frame, and the chain of transfers.
#include "sched/core/coro/task.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Log = std::vector<std::string>;

Task<int> add(Log& log, int a, int b) {
  log.push_back("adds");
  co_return a + b;
}

Task<void> add_twice(Log& log, int& sum) {
  log.push_back("begins");
  Task<int> first = add(log, 1, 2);
  log.push_back("has a task");
  const int a = co_await std::move(first);
  const int b = co_await add(log, a, 4);
  sum = b;
}

TEST(Task, RunsWhenItIsAwaitedAndNotBefore) {
  ManualScheduler scheduler;
  Log log;
  int sum = 0;
  Task<void> task = add_twice(log, sum);
  EXPECT_TRUE(log.empty());
  scheduler.run(std::move(task));
  EXPECT_EQ(log, (Log{"begins", "has a task", "adds", "adds"}));
  EXPECT_EQ(sum, 7);
}

struct Witness {
  explicit Witness(int& count) : alive(&count) { ++*alive; }
  Witness(const Witness& other) : alive(other.alive) { ++*alive; }
  ~Witness() { --*alive; }
  Witness& operator=(const Witness&) = delete;
  int* alive;
};

Task<void> hold(Witness) { co_return; }

TEST(Task, OneThatNeverRanFreesItsFrameAndArguments) {
  int alive = 0;
  {
    const Task<void> never = hold(Witness(alive));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Task, MovesItsFrameAndFreesTheOneItHad) {
  int first = 0, second = 0;
  Task<void> task = hold(Witness(first));
  task = hold(Witness(second));
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
  Task<void> other = std::move(task);
  EXPECT_EQ(second, 1);
}

Task<std::unique_ptr<int>> make_owned() { co_return std::make_unique<int>(5); }

Task<void> take_owned(int& value) {
  const std::unique_ptr<int> owned = co_await make_owned();
  value = *owned;
}

TEST(Task, MovesItsValueOut) {
  ManualScheduler scheduler;
  int value = 0;
  scheduler.run(take_owned(value));
  EXPECT_EQ(value, 5);
}

Task<int> fail() {
  throw std::runtime_error("failed");
  co_return 0;
}

Task<void> await_failure(Log& log) {
  try {
    static_cast<void>(co_await fail());
    log.push_back("not reached");
  } catch (const std::runtime_error& error) {
    log.push_back(error.what());
  }
}

TEST(Task, RethrowsWhatEscapedTheChildInTheParent) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(await_failure(log));
  EXPECT_EQ(log, Log{"failed"});
}

struct Identity {
  WorkerId home = 0;
  AffinityKey key = 0;
  Scheduler* scheduler = nullptr;
};

/// Notes whose coroutine it is in.
Task<void> note_identity(Identity& seen) {
  struct Awaiter {
    Identity& out;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<detail::Promise<void>> self) const noexcept {
      const PromiseBase& promise = self.promise();
      out = {promise.job.home, promise.job.key, promise.scheduler};
      return false;
    }
    void await_resume() const noexcept {}
  };
  co_await Awaiter{seen};
}

Task<void> await_with_key(Identity& seen) { co_await note_identity(seen); }

TEST(Task, AnAwaitedChildInheritsSchedulerLoopAndKey) {
  ManualScheduler scheduler;
  Identity seen;
  Task<void> parent = await_with_key(seen);
  parent.promise().job.home = 3;
  parent.promise().job.key = 17;
  scheduler.run(std::move(parent));
  EXPECT_EQ(seen.home, 3u);
  EXPECT_EQ(seen.key, 17u);
  EXPECT_EQ(seen.scheduler, &scheduler);
}

Task<int> count_down(int n) {
  if (n == 0) co_return 0;
  const int below = co_await count_down(n - 1);
  co_return below + 1;
}

Task<void> go_deep(int n, int& depth) { depth = co_await count_down(n); }

TEST(Task, ADeepChainIsRunInALoop) {
  ManualScheduler scheduler;
  int depth = 0;
  scheduler.run(go_deep(50'000, depth));
  EXPECT_EQ(depth, 50'000);
}

}  // namespace
}  // namespace loopsteal
