// TaskGroup: joins all, keeps the first exception, can be used again.
#include "sched/core/coro/task_group.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/coro/spawn.hpp"
#include "sched/core/sync/event.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Log = std::vector<std::string>;

Task<void> say(Log& log, std::string word) {
  log.push_back(word);
  co_return;
}

Task<void> fail(Log& log, std::string word) {
  log.push_back(word);
  throw std::runtime_error(word);
  co_return;
}

Task<void> spawn_in_order(Scheduler& scheduler, Log& log) {
  TaskGroup group(scheduler);
  for (const char* const word : {"a", "b", "c"}) group.spawn(say(log, word));
  log.push_back("spawned");
  co_await group.join();
  log.push_back("joined");
}

TEST(TaskGroup, JoinsAll) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(spawn_in_order(scheduler, log));
  EXPECT_EQ(log, (Log{"spawned", "a", "b", "c", "joined"}));
}

Task<void> join_nothing(Scheduler& scheduler, Log& log) {
  TaskGroup group(scheduler);
  co_await group.join();
  co_await group.join();
  log.push_back("joined");
}

TEST(TaskGroup, AnEmptyGroupIsJoinedAtOnce) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(join_nothing(scheduler, log));
  EXPECT_EQ(log, Log{"joined"});
  EXPECT_EQ(scheduler.causes.size(), 1u);  // The root's own beginning.
}

Task<void> join_after_end(Scheduler& scheduler, Log& log) {
  TaskGroup group(scheduler);
  group.spawn(say(log, "a"));
  co_await yield();  // It ends before it is joined.
  co_await group.join();
  log.push_back("joined");
}

TEST(TaskGroup, TasksMayEndBeforeTheyAreJoined) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(join_after_end(scheduler, log));
  EXPECT_EQ(log, (Log{"a", "joined"}));
}

Task<void> join_failures(Scheduler& scheduler, Log& log) {
  TaskGroup group(scheduler);
  group.spawn(say(log, "a"));
  group.spawn(fail(log, "first"));
  group.spawn(fail(log, "second"));
  group.spawn(say(log, "b"));
  try {
    co_await group.join();
  } catch (const std::runtime_error& error) {
    log.push_back(std::string("caught ") + error.what());
  }
}

TEST(TaskGroup, RethrowsTheFirstExceptionAfterAllHaveEnded) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(join_failures(scheduler, log));
  EXPECT_EQ(log, (Log{"a", "first", "second", "b", "caught first"}));
}

Task<void> use_twice(Scheduler& scheduler, Log& log) {
  TaskGroup group(scheduler);
  for (const char* const word : {"one", "two"}) {
    group.spawn(fail(log, word));
    try {
      co_await group.join();
    } catch (const std::runtime_error& error) {
      log.push_back(std::string("caught ") + error.what());
    }
    group.spawn(say(log, "fine"));
    co_await group.join();
  }
}

TEST(TaskGroup, CanBeUsedAgainAfterAnException) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(use_twice(scheduler, log));
  // Each round keeps its own first exception.
  EXPECT_EQ(log, (Log{"one", "caught one", "fine", "two", "caught two", "fine"}));
}

TEST(TaskGroup, ResumesItsJoinerOnTheJoinersScheduler) {
  ManualScheduler here, there;
  Log log;
  ManualScheduler::Started started(here, spawn_in_order(there, log));
  here.settle();
  EXPECT_EQ(there.settle(), 3);
  EXPECT_EQ(here.settle(), 1);
  EXPECT_TRUE(started.ended);
}

TEST(TaskGroupDeathTest, AnExceptionThatLeavesBeforeTheJoinIsSaidToBeTheCause) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        ManualScheduler scheduler;
        Log log;
        try {
          TaskGroup group(scheduler);
          group.spawn(say(log, "a"));
          throw std::runtime_error("gone");
        } catch (const std::runtime_error&) {
        }
      },
      "an exception left a coroutine whose tasks still run: a TaskGroup was destroyed");
}

TEST(TaskGroupDeathTest, MustBeJoined) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        ManualScheduler scheduler;
        Log log;
        TaskGroup group(scheduler);
        group.spawn(say(log, "a"));
      },
      "TaskGroup was destroyed before co_await join");
}

}  // namespace
}  // namespace loopsteal
