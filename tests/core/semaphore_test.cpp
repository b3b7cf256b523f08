// The semaphore: permits in the order of asking, and none lost to a cancelled task.
#include "sched/core/sync/semaphore.hpp"

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

Task<void> acquire(Semaphore& semaphore, Log& log, std::string name) {
  try {
    co_await semaphore.acquire();
    log.push_back(name);
  } catch (const Cancelled&) {
    log.push_back(name + " cancelled");
  }
}

TEST(Semaphore, GivesAsManyPermitsAsItHas) {
  ManualScheduler scheduler;
  Semaphore semaphore(2);
  Log log;
  Started a(scheduler, acquire(semaphore, log, "a")), b(scheduler, acquire(semaphore, log, "b")),
      c(scheduler, acquire(semaphore, log, "c"));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a", "b"}));
  semaphore.release();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a", "b", "c"}));
}

TEST(Semaphore, PermitsGoInTheOrderOfAsking) {
  ManualScheduler scheduler;
  Semaphore semaphore(0);
  Log log;
  Started a(scheduler, acquire(semaphore, log, "a")), b(scheduler, acquire(semaphore, log, "b"));
  scheduler.settle();
  semaphore.release();
  EXPECT_FALSE(semaphore.try_acquire());  // It is a's, though a has not resumed: nobody overtakes.
  Started c(scheduler, acquire(semaphore, log, "c"));
  scheduler.settle();
  EXPECT_EQ(log, Log{"a"});
  semaphore.release();
  semaphore.release();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a", "b", "c"}));
}

TEST(Semaphore, PermitsMayBeMoreThanAtFirst) {
  Semaphore semaphore(0);
  EXPECT_FALSE(semaphore.try_acquire());
  for (int i = 0; i < 3; ++i) semaphore.release();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_FALSE(semaphore.try_acquire());
}

TEST(Semaphore, ACancelledWaiterLeavesTheQueue) {
  ManualScheduler scheduler;
  Semaphore semaphore(0);
  Log log;
  auto a = spawn(scheduler, acquire(semaphore, log, "a"));
  Started b(scheduler, acquire(semaphore, log, "b"));
  scheduler.settle();
  EXPECT_TRUE(a.cancel());
  semaphore.release();
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a cancelled", "b"}));
  EXPECT_FALSE(semaphore.try_acquire());
}

TEST(Semaphore, APermitGrantedToACancelledTaskGoesToTheNext) {
  ManualScheduler scheduler;
  Semaphore semaphore(0);
  Log log;
  auto a = spawn(scheduler, acquire(semaphore, log, "a"));
  Started b(scheduler, acquire(semaphore, log, "b"));
  scheduler.settle();
  semaphore.release();
  EXPECT_TRUE(a.cancel());  // It has the permit, and has not resumed.
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a cancelled", "b"}));
}

TEST(Semaphore, APermitGrantedToACancelledTaskIsFreeIfNobodyWaits) {
  ManualScheduler scheduler;
  Semaphore semaphore(0);
  Log log;
  auto a = spawn(scheduler, acquire(semaphore, log, "a"));
  scheduler.settle();
  semaphore.release();
  EXPECT_TRUE(a.cancel());
  scheduler.settle();
  EXPECT_EQ(log, Log{"a cancelled"});
  EXPECT_TRUE(semaphore.try_acquire());
  EXPECT_FALSE(semaphore.try_acquire());
}

Task<void> cancel_and_acquire(JoinHandle<>*& me, Semaphore& semaphore, Log& log) {
  me->cancel();
  co_await acquire(semaphore, log, "a");
}

TEST(Semaphore, ATaskCancelledBeforeItAsksTakesNoPermit) {
  ManualScheduler scheduler;
  Semaphore semaphore(1);
  Log log;
  JoinHandle<>* me = nullptr;
  auto handle = spawn(scheduler, cancel_and_acquire(me, semaphore, log));
  me = &handle;
  scheduler.settle();
  EXPECT_EQ(log, Log{"a cancelled"});
  EXPECT_TRUE(semaphore.try_acquire());
}

}  // namespace
}  // namespace loopsteal
