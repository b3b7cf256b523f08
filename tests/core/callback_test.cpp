// Callbacks: run once, freed at the end, cancelled with their owner, reported when they fail.
#include "sched/core/coro/callback.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing_support::ManualScheduler;

TEST(Callback, RunsOnceWhenItsTurnComes) {
  ManualScheduler scheduler;
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) post(scheduler, [&order, i] { order.push_back(i); });
  EXPECT_TRUE(order.empty());
  EXPECT_EQ(scheduler.settle(), 3);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(Callback, FreesWhatItHoldsAfterItsRun) {
  ManualScheduler scheduler;
  auto held = std::make_shared<int>(1);
  post(scheduler, [held] { ++*held; });
  EXPECT_EQ(held.use_count(), 2);
  scheduler.settle();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 2);
}

TEST(Callback, GivesItsExceptionToTheSchedulerAndIsFreed) {
  ManualScheduler scheduler;
  auto held = std::make_shared<int>(1);
  post(scheduler, [held] { throw std::runtime_error("no"); });
  post(scheduler, [held] { *held = 5; });
  scheduler.settle();
  EXPECT_EQ(scheduler.reported.size(), 1u);
  EXPECT_THROW(std::rethrow_exception(scheduler.reported[0]), std::runtime_error);
  EXPECT_EQ(*held, 5);
  scheduler.reported.clear();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(TimedCallback, RunsAtItsDeadlineAndNotBefore) {
  ManualScheduler scheduler;
  int calls = 0;
  TimedCallback callback(scheduler, scheduler.now() + 10ms, [&calls] { ++calls; });
  scheduler.advance(9ms);
  scheduler.settle();
  EXPECT_EQ(calls, 0);
  scheduler.advance(1ms);
  scheduler.settle();
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(callback.cancel());
}

TEST(TimedCallback, CancelSaysTrueOnceAndFreesWhatItHolds) {
  ManualScheduler scheduler;
  auto held = std::make_shared<int>(0);
  TimedCallback callback(scheduler, scheduler.now() + 10ms, [held] { ++*held; });
  EXPECT_TRUE(callback.cancel());
  EXPECT_FALSE(callback.cancel());
  EXPECT_EQ(held.use_count(), 1);
  scheduler.advance(1h);
  EXPECT_EQ(scheduler.settle(), 0);
}

TEST(TimedCallback, ItsDestructorCancels) {
  ManualScheduler scheduler;
  auto held = std::make_shared<int>(0);
  {
    const TimedCallback callback(scheduler, scheduler.now() + 10ms, [held] { ++*held; });
    EXPECT_EQ(scheduler.armed_timers(), 1u);
  }
  EXPECT_EQ(scheduler.armed_timers(), 0u);
  EXPECT_EQ(held.use_count(), 1);
}

TEST(TimedCallback, MayEndItsOwnLifeFromWithin) {
  ManualScheduler scheduler;
  std::optional<TimedCallback> callback;
  bool called = false;
  callback.emplace(scheduler, scheduler.now(), [&] {
    called = true;
    callback.reset();
  });
  scheduler.advance(1ms);
  scheduler.settle();
  EXPECT_TRUE(called);
}

}  // namespace
}  // namespace loopsteal
