// spawn() and Fork: order, values, exceptions, and who is told when.
#include "sched/core/coro/spawn.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/sync/event.hpp"
#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using testing_support::ManualScheduler;
using Log = std::vector<std::string>;

Task<int> say(Log& log, std::string word, int value) {
  log.push_back(word);
  co_await yield();
  log.push_back(word + " again");
  co_return value;
}

Task<void> spawn_and_join(Scheduler& scheduler, Log& log, int& value) {
  auto handle = spawn(scheduler, say(log, "child", 5));
  log.push_back("parent");
  value = co_await handle.join();
  log.push_back("joined");
}

TEST(Spawn, TheChildRunsBesideItsParentAndTheJoinerAfterIt) {
  ManualScheduler scheduler;
  Log log;
  int value = 0;
  scheduler.run(spawn_and_join(scheduler, log, value));
  EXPECT_EQ(log, (Log{"parent", "child", "child again", "joined"}));
  EXPECT_EQ(value, 5);
}

TEST(Spawn, SaysWhyAJobIsReady) {
  ManualScheduler scheduler;
  Log log;
  int value = 0;
  scheduler.run(spawn_and_join(scheduler, log, value));
  EXPECT_EQ(scheduler.causes, (std::vector{ReadyCause::spawned, ReadyCause::spawned,
                                           ReadyCause::yielded, ReadyCause::woken}));
}

Task<void> join_late(Scheduler& scheduler, Log& log, bool& done_before, int& value) {
  auto handle = spawn(scheduler, say(log, "child", 7));
  done_before = handle.done();
  while (!handle.done()) co_await yield();
  value = co_await handle.join();  // Does not suspend.
}

TEST(Spawn, AnEndedTaskIsJoinedAtOnce) {
  ManualScheduler scheduler;
  Log log;
  bool done_before = true;
  int value = 0;
  scheduler.run(join_late(scheduler, log, done_before, value));
  EXPECT_FALSE(done_before);
  EXPECT_EQ(value, 7);
}

Task<int> fail_after_yield() {
  co_await yield();
  throw std::runtime_error("child failed");
}

Task<void> join_failures(Scheduler& scheduler, Log& log) {
  auto handle = spawn(scheduler, fail_after_yield());
  Fork<int> fork(scheduler, fail_after_yield());
  try {
    static_cast<void>(co_await fork.join());
  } catch (const std::runtime_error& error) {
    log.push_back(std::string("fork: ") + error.what());
  }
  try {
    static_cast<void>(co_await handle.join());
  } catch (const std::runtime_error& error) {
    log.push_back(std::string("spawn: ") + error.what());
  }
}

TEST(Spawn, RethrowsAtTheJoin) {
  ManualScheduler scheduler;
  Log log;
  scheduler.run(join_failures(scheduler, log));
  EXPECT_EQ(log, (Log{"fork: child failed", "spawn: child failed"}));
}

TEST(Spawn, HandlesMove) {
  ManualScheduler scheduler;
  Log log;
  int sum = 0;
  Task<void> root = [](Scheduler& s, Log& l, int& result) -> Task<void> {
    std::vector<JoinHandle<int>> handles;
    for (int i = 1; i <= 3; ++i) handles.push_back(spawn(s, say(l, "x", i)));
    JoinHandle<int> moved = std::move(handles[0]);
    const int first = co_await moved.join();
    moved = std::move(handles[1]);  // The old task has ended: it is freed.
    const int second = co_await moved.join();
    const int third = co_await handles[2].join();
    result = first + 10 * second + 100 * third;
  }(scheduler, log, sum);
  scheduler.run(std::move(root));
  EXPECT_EQ(sum, 321);
}

Task<void> wait_for(Event& event) { co_await event.wait(); }

TEST(Spawn, GivesTheJobItsKey) {
  ManualScheduler scheduler;
  Task<void> task = []() -> Task<void> { co_return; }();
  const PromiseBase& promise = task.promise();
  EXPECT_EQ(promise.job.key, kNoKey);
  auto handle = spawn(scheduler, std::move(task), 9);
  EXPECT_EQ(promise.job.key, 9u);
  scheduler.settle();
  EXPECT_TRUE(handle.done());
}

TEST(SpawnDeathTest, AHandleMustNotGoBeforeItsTask) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        ManualScheduler scheduler;
        Event event;
        { auto handle = spawn(scheduler, wait_for(event)); }
      },
      "JoinHandle was destroyed before its task ended");
}

Task<int> leaf(Log& log, int value) {
  log.push_back("leaf");
  co_return value;
}

Task<void> fork_two(Scheduler& scheduler, Log& log, int& sum) {
  Fork<int> left(scheduler, leaf(log, 1));
  log.push_back("forked");
  const int right = co_await leaf(log, 2);
  const int from_left = co_await left.join();
  sum = right + from_left;
}

TEST(Fork, RunsBesideAndIsJoined) {
  ManualScheduler scheduler;
  Log log;
  int sum = 0;
  scheduler.run(fork_two(scheduler, log, sum));
  EXPECT_EQ(log, (Log{"forked", "leaf", "leaf"}));
  EXPECT_EQ(sum, 3);
}

TEST(Fork, ResumesItsJoinerOnTheJoinersScheduler) {
  ManualScheduler here, there;
  Log log;
  int sum = 0;
  ManualScheduler::Started started(here, fork_two(there, log, sum));
  here.settle();
  EXPECT_FALSE(started.ended);
  EXPECT_EQ(there.settle(), 1);
  EXPECT_EQ(there.ready(), 0u);
  EXPECT_EQ(here.ready(), 1u);
  here.settle();
  EXPECT_TRUE(started.ended);
  EXPECT_EQ(sum, 3);
}

}  // namespace
}  // namespace loopsteal
