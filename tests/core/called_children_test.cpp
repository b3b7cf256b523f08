// Joins whose scheduler gives them the child that would run next: Fork and TaskGroup call it then,
// and it makes no difference but that nobody is made ready.
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/sync/event.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Log = std::vector<std::string>;

class CalledChildren : public ::testing::Test {
 protected:
  CalledChildren() { scheduler.gives_children = true; }

  ManualScheduler scheduler;
  Log log;
};

Task<int> say(Log& log, std::string word, int turns = 0) {
  log.push_back(word);
  for (int turn = 0; turn < turns; ++turn) {
    co_await yield();
    log.push_back(word + " again");
  }
  co_return static_cast<int>(word.size());
}

Task<int> fail(Log& log, std::string word) {
  log.push_back(word);
  throw std::runtime_error(word);
  co_return 0;
}

Task<void> fork_and_join(Scheduler& scheduler, Log& log, Task<int> task) {
  Fork<int> fork(scheduler, std::move(task));
  log.push_back("forked");
  try {
    const int value = co_await fork.join();
    log.push_back("joined " + std::to_string(value));
  } catch (const std::runtime_error& error) {
    log.push_back(std::string("caught ") + error.what());
  }
}

TEST_F(CalledChildren, AForkIsJoinedInOneStep) {
  ManualScheduler::Started started(scheduler, fork_and_join(scheduler, log, say(log, "task")));
  EXPECT_EQ(scheduler.settle(), 1);
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(log, (Log{"forked", "task", "joined 4"}));
  EXPECT_EQ(scheduler.children_given, 1);
}

TEST_F(CalledChildren, AForkThatFailsThrowsAtTheJoin) {
  scheduler.run(fork_and_join(scheduler, log, fail(log, "task")));
  EXPECT_EQ(log, (Log{"forked", "task", "caught task"}));
}

TEST_F(CalledChildren, AForkThatSuspendsIsWaitedFor) {
  ManualScheduler::Started started(scheduler, fork_and_join(scheduler, log, say(log, "task", 2)));
  EXPECT_EQ(scheduler.settle(), 3);  // One for each yield; none to go on in the joiner.
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(log, (Log{"forked", "task", "task again", "task again", "joined 4"}));
}

TEST_F(CalledChildren, AForkOnAnotherSchedulerIsLeftToIt) {
  ManualScheduler other;
  other.gives_children = true;
  ManualScheduler::Started started(scheduler, fork_and_join(other, log, say(log, "task")));
  scheduler.settle();
  EXPECT_EQ(other.settle(), 1);
  EXPECT_EQ(scheduler.settle(), 1);
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(scheduler.children_given + other.children_given, 0);
}

Task<void> as_task(Task<int> task) { static_cast<void>(co_await std::move(task)); }

Task<void> spawn_and_join(Scheduler& scheduler, Log& log, std::vector<Task<int>> tasks) {
  TaskGroup group(scheduler);
  for (Task<int>& task : tasks) group.spawn(as_task(std::move(task)));
  try {
    co_await group.join();
    log.push_back("joined");
  } catch (const std::runtime_error& error) {
    log.push_back(std::string("caught ") + error.what());
  }
}

template <class... Tasks>
std::vector<Task<int>> all_of(Tasks... tasks) {
  std::vector<Task<int>> all;
  (all.push_back(std::move(tasks)), ...);
  return all;
}

TEST_F(CalledChildren, AGroupIsJoinedInOneStep) {
  ManualScheduler::Started started(
      scheduler,
      spawn_and_join(scheduler, log, all_of(say(log, "a"), say(log, "b"), say(log, "c"))));
  EXPECT_EQ(scheduler.settle(), 1);
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(log, (Log{"a", "b", "c", "joined"}));
  EXPECT_EQ(scheduler.children_given, 3);
}

TEST_F(CalledChildren, AGroupKeepsTheFirstExceptionAndRunsThemAll) {
  scheduler.run(spawn_and_join(
      scheduler, log, all_of(say(log, "a"), fail(log, "b"), fail(log, "c"), say(log, "d"))));
  EXPECT_EQ(log, (Log{"a", "b", "c", "d", "caught b"}));
}

// "b" suspends, so that "c" is run by the scheduler; when "b" has ended, it goes on for the joiner.
TEST_F(CalledChildren, OfAGroupMaySuspend) {
  ManualScheduler::Started started(
      scheduler,
      spawn_and_join(scheduler, log, all_of(say(log, "a"), say(log, "b", 1), say(log, "c"))));
  EXPECT_EQ(scheduler.settle(), 3);
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(log, (Log{"a", "b", "c", "b again", "joined"}));
}

// "c" is still under way when "b", which went on for the joiner, has ended.
TEST_F(CalledChildren, OfAGroupMayLeaveTheLastWordToAnother) {
  ManualScheduler::Started started(
      scheduler, spawn_and_join(scheduler, log, all_of(say(log, "b", 1), say(log, "c", 2))));
  scheduler.settle();
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(log, (Log{"b", "c", "b again", "c again", "c again", "joined"}));
}

TEST_F(CalledChildren, OfAGroupMaySuspendAndThenFail) {
  const auto fails_late = [](Log& out) -> Task<int> {
    co_await yield();
    const int value = co_await fail(out, "late");
    co_return value;
  };
  scheduler.run(spawn_and_join(scheduler, log, all_of(fails_late(log), say(log, "b"))));
  EXPECT_EQ(log, (Log{"b", "late", "caught late"}));
}

Task<void> wait_for(Event& event) { co_await event.wait(); }

Task<void> join_what_waits(Scheduler& scheduler, Event& event, Log& log) {
  TaskGroup group(scheduler);
  group.spawn(wait_for(event));
  group.spawn(as_task(say(log, "other")));
  co_await group.join();
  log.push_back("joined");
}

// What the scheduler would run next is somebody else's, so the joiner leaves it alone.
TEST_F(CalledChildren, AreTheJoinersOwn) {
  Event event;
  ManualScheduler::Started waits(scheduler, join_what_waits(scheduler, event, log));
  ManualScheduler::Started other(scheduler, as_task(say(log, "stranger")));
  scheduler.settle();
  EXPECT_EQ(log, (Log{"stranger", "other"}));
  EXPECT_EQ(scheduler.children_given, 0);
  event.set();
  scheduler.settle();
  EXPECT_EQ(log.back(), "joined");
  EXPECT_TRUE(waits.ended && other.ended);
}

Task<int> sum_of_tree(Scheduler& scheduler, int depth) {
  if (depth == 0) co_return 1;
  Fork<int> left(scheduler, sum_of_tree(scheduler, depth - 1));
  const int right = co_await sum_of_tree(scheduler, depth - 1);
  const int from_left = co_await left.join();
  co_return from_left + right;
}

Task<void> keep_sum(Scheduler& scheduler, int depth, int& sum) {
  sum = co_await sum_of_tree(scheduler, depth);
}

TEST_F(CalledChildren, MayForkThemselves) {
  int sum = 0;
  scheduler.run(keep_sum(scheduler, 10, sum));
  EXPECT_EQ(sum, 1024);
}

}  // namespace
}  // namespace loopsteal
