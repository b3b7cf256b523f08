// The lock that tasks wait for: one inside, in the order of asking, handed over and not thrown
// open.
#include "sched/core/sync/mutex.hpp"

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

Task<void> enter(Mutex& mutex, Log& log, std::string name) {
  co_await mutex.lock();
  log.push_back(name + " in");
  co_await yield();
  log.push_back(name + " out");
  mutex.unlock();
}

TEST(Mutex, LetsOneInAtATimeInTheOrderOfAsking) {
  ManualScheduler scheduler;
  Mutex mutex;
  Log log;
  Started a(scheduler, enter(mutex, log, "a")), b(scheduler, enter(mutex, log, "b")),
      c(scheduler, enter(mutex, log, "c"));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a in", "a out", "b in", "b out", "c in", "c out"}));
  EXPECT_TRUE(mutex.try_lock());
}

TEST(Mutex, TryLockTakesAFreeLockAndNoOther) {
  ManualScheduler scheduler;
  Mutex mutex;
  Log log;
  EXPECT_TRUE(mutex.try_lock());
  EXPECT_FALSE(mutex.try_lock());
  Started a(scheduler, enter(mutex, log, "a"));
  scheduler.settle();
  mutex.unlock();
  EXPECT_FALSE(mutex.try_lock());  // It is a's already.
  scheduler.settle();
  EXPECT_EQ(log, (Log{"a in", "a out"}));
  EXPECT_TRUE(mutex.try_lock());
}

TEST(Mutex, ACancelledTaskThatWasGivenTheLockPassesItOn) {
  ManualScheduler scheduler;
  Mutex mutex;
  Log log;
  EXPECT_TRUE(mutex.try_lock());
  auto a = spawn(scheduler, enter(mutex, log, "a"));
  Started b(scheduler, enter(mutex, log, "b"));
  scheduler.settle();
  mutex.unlock();
  EXPECT_TRUE(a.cancel());
  scheduler.settle();
  EXPECT_TRUE(a.done());
  EXPECT_EQ(log, (Log{"b in", "b out"}));
  EXPECT_TRUE(mutex.try_lock());
}

}  // namespace
}  // namespace loopsteal
