// Calls of coroutines by each other: when one returns at once, when a continuation takes its place,
// and that neither needs more stack than it says.
#include "sched/core/coro/transfer.hpp"

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/verbs.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Log = std::vector<std::string>;

/// Distance from `from` to the stack of whoever calls. The frame's address and not a local's:
/// coroutines keep their locals elsewhere, and so does AddressSanitizer those of functions.
[[gnu::noinline]] std::size_t stack_below(const void* from) {
  const void* here = __builtin_frame_address(0);
  return static_cast<std::size_t>(static_cast<const char*>(from) - static_cast<const char*>(here));
}

struct Depths {
  const void* top;
  std::vector<std::size_t> seen;
};

Task<void> descend(Depths& depths, int levels) {
  depths.seen.push_back(stack_below(depths.top));
  if (levels > 0) co_await descend(depths, levels - 1);
}

/// More levels than fit in the room that calls have, whatever the build: each takes 16 bytes at
/// least.
constexpr int kTooDeep = 3 * static_cast<int>(kStackForCalls) / 16;

TEST(Transfer, CallsTakeSoMuchOfTheStackAndNoMore) {
  ManualScheduler scheduler;
  Depths depths{__builtin_frame_address(0), {}};
  scheduler.run(descend(depths, kTooDeep));
  ASSERT_EQ(depths.seen.size(), static_cast<std::size_t>(kTooDeep) + 1);
  // The first is resumed by the loop and calls the second; whoever would be called too deep begins
  // in the loop again.
  const std::size_t at_first = depths.seen.front();
  std::size_t in_loop = 0;
  for (std::size_t i = 0; i < depths.seen.size(); ++i) {
    in_loop += depths.seen[i] == at_first;
    if (depths.seen[i] != at_first) {
      EXPECT_GT(depths.seen[i], depths.seen[i - 1]) << i;
    }
    // The last call may begin just above the end of the room.
    EXPECT_LT(depths.seen[i], at_first + kStackForCalls + kStackForCalls / 4) << i;
  }
  EXPECT_GT(in_loop, 2u);
  EXPECT_LT(in_loop, depths.seen.size() / 8) << "most are called";
}

/// Whatever is at `memory` has to be there.
void keep(const void* memory) { asm volatile("" : : "g"(memory) : "memory"); }

[[gnu::noinline]] void run_from_further_down(ManualScheduler& scheduler, Depths& depths) {
  std::array<char, 4 * kStackForCalls> room;
  keep(room.data());
  depths.top = __builtin_frame_address(0);
  scheduler.run(descend(depths, 8));
  keep(room.data());
}

TEST(Transfer, CallsBeginWhereverTheThreadsStackIs) {
  ManualScheduler scheduler;
  for (int round = 0; round < 2; ++round) {
    Depths above{__builtin_frame_address(0), {}};
    scheduler.run(descend(above, 8));
    for (std::size_t i = 1; i < above.seen.size(); ++i)
      EXPECT_GT(above.seen[i], above.seen[i - 1]) << "was called: " << i;
    Depths below{nullptr, {}};
    run_from_further_down(scheduler, below);
    // The first call finds itself too deep for those from above, and begins in the loop.
    for (std::size_t i = 2; i < below.seen.size(); ++i)
      EXPECT_GT(below.seen[i], below.seen[i - 1]) << "was called: " << i;
  }
}

/// Yields, and compares whose coroutine it found itself in afterwards with whose it is.
struct CheckedYield {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    job = &self.promise().job;
    self.promise().scheduler->submit(*job, ReadyCause::yielded);
  }
  [[nodiscard]] bool await_resume() const noexcept { return &resumed_job() == job; }
  Job* job = nullptr;
};

Task<void> check_at_each_level(int levels, int& checks) {
  checks += co_await CheckedYield() ? 1 : 0;
  if (levels > 0) co_await check_at_each_level(levels - 1, checks);
  checks += co_await CheckedYield() ? 1 : 0;
}

Task<void> go_down_then_check(int levels, int& checks) {
  if (levels > 0) co_await go_down_then_check(levels - 1, checks);
  checks += co_await CheckedYield() ? 1 : 0;
}

TEST(Transfer, AnAwaiterFindsItsOwnJobWhenItIsResumed) {
  ManualScheduler scheduler;
  const int levels = kTooDeep;
  int checks = 0;
  scheduler.run(check_at_each_level(levels, checks));
  EXPECT_EQ(checks, 2 * (levels + 1));
  checks = 0;
  scheduler.run(go_down_then_check(levels, checks));
  EXPECT_EQ(checks, levels + 1);
}

Task<void> begin_deep_down(int levels, int& begun) {
  ++begun;
  if (levels > 0) co_await begin_deep_down(levels - 1, begun);
}

Task<void> go_deep_though_cancelled(std::optional<JoinHandle<void>>& self, int levels, int& begun) {
  self->cancel();
  co_await begin_deep_down(levels, begun);
}

TEST(Transfer, AChildBeginsThoughItsTaskWasCancelledAndTheFirstStepOfATaskDoesNot) {
  ManualScheduler scheduler;
  const int levels = kTooDeep;
  int begun = 0;
  {
    const JoinHandle<void> never_began = spawn(scheduler, begin_deep_down(levels, begun));
    never_began.cancel();
    scheduler.settle();
  }
  EXPECT_EQ(begun, 0);
  std::optional<JoinHandle<void>> goes_on;
  goes_on.emplace(spawn(scheduler, go_deep_though_cancelled(goes_on, levels, begun)));
  scheduler.settle();
  EXPECT_EQ(begun, levels + 1);
}

Task<int> give_after_yield(Log& log, int value) {
  log.push_back("child begins");
  co_await yield();
  log.push_back("child goes on");
  co_return value;
}

Task<void> ask(Log& log) {
  log.push_back("parent asks");
  const int value = co_await give_after_yield(log, 3);
  log.push_back("parent has " + std::to_string(value));
}

TEST(Transfer, AChildThatSuspendsTakesItsCallersWithIt) {
  ManualScheduler scheduler;
  Log log;
  ManualScheduler::Started started(scheduler, ask(log));
  ASSERT_TRUE(scheduler.step());
  EXPECT_EQ(log, (Log{"parent asks", "child begins"}));
  ASSERT_TRUE(scheduler.step());
  EXPECT_EQ(log.back(), "parent has 3");
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(scheduler.causes.size(), 2u) << "to go on in the parent takes no queue";
}

Task<int> fail_after_yield() {
  co_await yield();
  throw std::runtime_error("late");
  co_return 0;
}

Task<int> sum_of_both(Log& log) {
  int sum = 0;
  for (const bool late : {false, true, false}) {
    try {
      if (late) {
        sum += co_await fail_after_yield();
      } else {
        sum += co_await give_after_yield(log, 4);
      }
    } catch (const std::runtime_error& error) {
      log.push_back(error.what());
    }
  }
  co_return sum;
}

Task<void> keep_sum(Log& log, int& sum) { sum = co_await sum_of_both(log); }

TEST(Transfer, WhatEscapesAChildThatHadSuspendedArrivesToo) {
  ManualScheduler scheduler;
  Log log;
  int sum = 0;
  scheduler.run(keep_sum(log, sum));
  EXPECT_EQ(sum, 8);
  EXPECT_EQ(log, (Log{"child begins", "child goes on", "late", "child begins", "child goes on"}));
}

struct Witness {
  explicit Witness(int& count) : alive(&count) { ++*alive; }
  Witness(const Witness& other) : alive(other.alive) { ++*alive; }
  ~Witness() { --*alive; }
  Witness& operator=(const Witness&) = delete;
  int* alive;
};

Task<void> hold_and_wait(Witness witness, int levels) {
  if (levels > 0) {
    co_await hold_and_wait(witness, levels - 1);
  } else {
    co_await sleep_for(std::chrono::hours(1));
  }
}

TEST(Transfer, AParentThatIsDestroyedTakesItsSuspendedChildrenWithIt) {
  ManualScheduler scheduler;
  int alive = 0;
  {
    const ManualScheduler::Started started(scheduler, hold_and_wait(Witness(alive), 100));
    scheduler.settle();
    EXPECT_GT(alive, 100);
  }
  EXPECT_EQ(alive, 0);
}

Task<int> hold(Witness) { co_return 7; }

Task<void> look_at_once(int& alive, int& alive_then) {
  Witness own(alive);
  int given = 0;
  alive_then = (given = co_await hold(own), alive);  // In one expression with the call.
  EXPECT_EQ(given, 7);
}

TEST(Transfer, ACalledCoroutineFreesItsFrameBeforeItsCallerGoesOn) {
  ManualScheduler scheduler;
  int alive = 0;
  int alive_then = 0;
  scheduler.run(look_at_once(alive, alive_then));
  EXPECT_EQ(alive_then, 2) << "the caller's own and the argument, of which the frame had a copy";
  EXPECT_EQ(alive, 0);
}

Task<std::shared_ptr<int>> give(std::shared_ptr<int> value) { co_return value; }

Task<void> leave_without_join(ManualScheduler& scheduler, std::shared_ptr<int> value, int& ends) {
  {
    Fork<std::shared_ptr<int>> gives(scheduler, give(value));
    Fork<int> fails(scheduler, fail_after_yield());
    for (int i = 0; i < 3; ++i) co_await yield();
  }
  ends = static_cast<int>(value.use_count());
}

// What a fork has given, or what has escaped it, goes with it.
TEST(Transfer, AForkThatHasEndedNeedNotBeJoined) {
  ManualScheduler scheduler;
  int left = 0;
  auto value = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = value;
  scheduler.run(leave_without_join(scheduler, std::move(value), left));
  EXPECT_EQ(left, 1);
  EXPECT_TRUE(seen.expired());
}

Task<int> run_another(Log& log) {
  ManualScheduler inner;
  int sum = 0;
  inner.run(keep_sum(log, sum));
  co_return sum;
}

Task<void> ask_who_runs_another(Log& log, int& sum) { sum = co_await run_another(log); }

TEST(Transfer, ACalledCoroutineMayRunAnotherSchedulerMeanwhile) {
  ManualScheduler scheduler;
  Log log;
  int sum = 0;
  scheduler.run(ask_who_runs_another(log, sum));
  EXPECT_EQ(sum, 8);
}

}  // namespace
}  // namespace loopsteal
