// The event: wakes all, in order, and stays set until it is cleared.
#include "sched/core/sync/event.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/coro/spawn.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Started = ManualScheduler::Started;
using Log = std::vector<std::string>;

Task<void> wait(Event& event, Log& log, std::string name) {
  try {
    co_await event.wait();
    log.push_back(name);
  } catch (const Cancelled&) {
    log.push_back(name + " cancelled");
  }
}

TEST(Event, WakesAllInTheOrderInWhichTheyCame) {
  ManualScheduler scheduler;
  Event event;
  Log log;
  Started a(scheduler, wait(event, log, "a")), b(scheduler, wait(event, log, "b")),
      c(scheduler, wait(event, log, "c"));
  scheduler.settle();
  EXPECT_TRUE(log.empty());
  EXPECT_FALSE(event.is_set());
  event.set();
  EXPECT_TRUE(event.is_set());
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a", "b", "c"}));
}

TEST(Event, OnceSetNobodyWaitsUntilItIsCleared) {
  ManualScheduler scheduler;
  Event event;
  Log log;
  event.set();
  event.set();
  Started a(scheduler, wait(event, log, "a"));
  EXPECT_TRUE(scheduler.step());
  EXPECT_TRUE(a.ended);
  event.clear();
  EXPECT_FALSE(event.is_set());
  Started b(scheduler, wait(event, log, "b"));
  scheduler.settle();
  EXPECT_FALSE(b.ended);
  event.set();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a", "b"}));
}

// asyncio: a waiter that was woken goes on, though the flag is down again when it resumes.
TEST(Event, AWokenWaiterGoesOnThoughTheFlagIsDownAgain) {
  ManualScheduler scheduler;
  Event event;
  Log log;
  Started a(scheduler, wait(event, log, "a"));
  scheduler.settle();
  event.set();
  event.clear();
  scheduler.settle();
  EXPECT_EQ(log, Log{"a"});
}

TEST(Event, ACancelledWaiterLeavesTheOthersInTheirOrder) {
  ManualScheduler scheduler;
  Event event;
  Log log;
  Started a(scheduler, wait(event, log, "a"));
  auto b = spawn(scheduler, wait(event, log, "b"));
  Started c(scheduler, wait(event, log, "c"));
  scheduler.settle();
  EXPECT_TRUE(b.cancel());
  event.set();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"b cancelled", "a", "c"}));
}

TEST(Event, AWaiterCancelledAfterTheWakeSeesTheRequest) {
  ManualScheduler scheduler;
  Event event;
  Log log;
  auto a = spawn(scheduler, wait(event, log, "a"));
  scheduler.settle();
  event.set();
  EXPECT_TRUE(a.cancel());
  scheduler.settle();
  EXPECT_EQ(log, Log{"a cancelled"});
}

}  // namespace
}  // namespace loopsteal
