#include "sched/onetbb/onetbb_scheduler.hpp"

#include <atomic>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/callback.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "tests/onetbb/doors.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kFibonacciOf = 14;
constexpr int kManyRuns = 30;
#else
constexpr int kFibonacciOf = 20;
constexpr int kManyRuns = 300;
#endif

int fibonacci_of(int n) { return n < 2 ? n : fibonacci_of(n - 1) + fibonacci_of(n - 2); }

Task<int> fibonacci(Scheduler& scheduler, int n) {
  if (n < 2) co_return n;
  Fork<int> left(scheduler, fibonacci(scheduler, n - 1));
  const int right = co_await fibonacci(scheduler, n - 2);
  const int sum = co_await left.join();
  co_return sum + right;
}

Task<void> store_fibonacci(Scheduler& scheduler, int n, int& result) {
  result = co_await fibonacci(scheduler, n);
}

std::uint64_t total_run(const Measurement& measurement) {
  std::uint64_t sum = 0;
  for (const WorkerStats& worker : measurement.workers) sum += worker.poll_count;
  return sum;
}

class OneTbb : public Doors {};
LOOPSTEAL_BOTH_DOORS(OneTbb);

TEST_P(OneTbb, ForkJoinGivesTheRightAnswerAndTheCountsAddUp) {
  const auto scheduler = make();
  int result = 0;
  const Measurement measurement = scheduler->run(store_fibonacci(*scheduler, kFibonacciOf, result));
  EXPECT_EQ(result, fibonacci_of(kFibonacciOf));
  EXPECT_EQ(measurement.workers.size(), workers());
  EXPECT_GT(measurement.makespan, Duration::zero());
  // Each job that was made ready was run: on the workers, but for the root.
  EXPECT_EQ(measurement.remote_schedule_count, 1u);
  EXPECT_EQ(total_run(measurement),
            1 + measurement.total(Op::push_local) + measurement.total(Op::push_remote));
  EXPECT_EQ(door() == Door::enqueue, measurement.total(Op::push_local) == 0);
  EXPECT_TRUE(measurement.steals.empty());
}

TEST_P(OneTbb, RunsOneAfterTheOther) {
  const auto scheduler = make();
  for (int i = 0; i < kManyRuns; ++i) {
    int result = 0;
    const Measurement measurement = scheduler->run(store_fibonacci(*scheduler, 5, result));
    ASSERT_EQ(result, 5);
    ASSERT_EQ(measurement.remote_schedule_count, 1u);
  }
}

/// A run and its scheduler end together: no worker may touch either afterwards.
TEST_P(OneTbb, ASchedulerMayGoAsSoonAsItsRunIsOver) {
  for (int i = 0; i < kManyRuns; ++i) {
    int result = 0;
    const auto scheduler = make();
    scheduler->run(store_fibonacci(*scheduler, 4, result));
    ASSERT_EQ(result, 3);
  }
}

Task<void> meet(std::atomic<unsigned>& present, unsigned expected) {
  ++present;
  // Holds its worker until all are here: hangs if there is a worker too few.
  while (present.load() < expected) std::this_thread::yield();
  co_return;
}

Task<void> meet_all(Scheduler& scheduler, std::atomic<unsigned>& present) {
  TaskGroup group(scheduler);
  for (WorkerId w = 0; w < scheduler.workers(); ++w)
    group.spawn(meet(present, scheduler.workers()));
  co_await group.join();
}

TEST_P(OneTbb, ThereAreAsManyWorkersAsWereAskedFor) {
  const auto scheduler = make();
  std::atomic<unsigned> present{0};
  const Measurement measurement = scheduler->run(meet_all(*scheduler, present));
  EXPECT_EQ(present.load(), workers());
  for (const WorkerStats& worker : measurement.workers) EXPECT_GT(worker.poll_count, 0u);
}

Task<void> note(std::vector<int>& order, int me) {
  order.push_back(me);
  co_return;
}

Task<void> spawn_three(Scheduler& scheduler, std::vector<int>& order) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 3; ++i) group.spawn(note(order, i));
  co_await group.join();
}

TEST(OneTbbDoor, TheTaskGroupsIsLastInFirstOut) {
  OneTbbOptions options;
  options.door = Door::task_group;
  OneTbbScheduler scheduler("onetbb", 1, options);
  std::vector<int> order;
  scheduler.run(spawn_three(scheduler, order));
  EXPECT_EQ(order, (std::vector<int>{2, 1, 0}));
}

Task<void> yield_and_note(std::vector<int>& order, int me) {
  co_await yield();
  order.push_back(me);
}

Task<void> yield_among_others(Scheduler& scheduler, std::vector<int>& order) {
  TaskGroup group(scheduler);
  group.spawn(note(order, 1));
  group.spawn(yield_and_note(order, 2));  // Runs first, and yields.
  co_await group.join();
}

TEST(OneTbbDoor, YieldingLetsOthersGoFirstThroughTheTaskGroupsToo) {
  OneTbbOptions options;
  options.door = Door::task_group;
  OneTbbScheduler scheduler("onetbb", 1, options);
  std::vector<int> order;
  scheduler.run(yield_among_others(scheduler, order));
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

Task<void> fail() {
  co_await yield();
  throw std::runtime_error("as intended");
}

Task<void> join_failing(Scheduler& scheduler, bool& caught) {
  TaskGroup group(scheduler);
  group.spawn(fail());
  try {
    co_await group.join();
  } catch (const std::runtime_error&) {
    caught = true;
  }
}

TEST_P(OneTbb, ExceptionsTravelToWhoeverJoins) {
  const auto scheduler = make();
  bool caught = false;
  scheduler->run(join_failing(*scheduler, caught));
  EXPECT_TRUE(caught);
  EXPECT_THROW(scheduler->run(fail()), std::runtime_error);
}

Task<void> post_failing(Scheduler& scheduler, std::atomic<int>& reported) {
  post(scheduler, [] { throw std::runtime_error("nobody joins this"); });
  while (reported == 0) co_await yield();
}

TEST_P(OneTbb, AnExceptionOfACallbackGoesToTheHandler) {
  const auto scheduler = make();
  std::atomic<int> reported{0};
  scheduler->set_exception_handler([&](const std::exception_ptr&) { ++reported; });
  scheduler->run(post_failing(*scheduler, reported));
  EXPECT_EQ(reported.load(), 1);
}

Task<void> count_spawns(std::atomic<int>& count) {
  ++count;
  co_return;
}

Task<void> spawn_from_a_thread(Scheduler& scheduler, std::atomic<int>& count) {
  TaskGroup group(scheduler);
  const auto spawn_all = [&] {
    for (int i = 0; i < 1000; ++i) group.spawn(count_spawns(count));
  };
  co_await blocking(spawn_all);
  co_await group.join();
}

TEST_P(OneTbb, JobsFromOutsideAreCountedAsRemote) {
  const auto scheduler = make();
  std::atomic<int> count{0};
  const Measurement measurement = scheduler->run(spawn_from_a_thread(*scheduler, count));
  EXPECT_EQ(count.load(), 1000);
  EXPECT_GE(measurement.remote_schedule_count, 1001u);  // And the call that unblocked the root.
}

Task<void> yield_until(std::atomic<bool>& flag) {
  while (!flag) co_await yield();
}

TEST_P(OneTbb, StopEndsARunAndTheNextGoesOnWithIt) {
  const auto scheduler = make();
  std::atomic<bool> go_on{false};
  std::thread stopper([&] { scheduler->stop(); });
  EXPECT_THROW(scheduler->run(yield_until(go_on)), StoppedError);
  stopper.join();
  go_on = true;
  int result = 0;
  EXPECT_NO_THROW(scheduler->run(store_fibonacci(*scheduler, 3, result)));
  EXPECT_EQ(result, 2);
}

Task<void> note_twice(std::vector<int>& order) {
  order.push_back(1);
  co_await yield();
  order.push_back(2);
}

TEST_P(OneTbb, AStopThatCameFirstLetsWhatIsQueuedRunOnce) {
  const auto scheduler = make();
  std::vector<int> order;
  scheduler->stop();
  EXPECT_THROW(scheduler->run(note_twice(order)), StoppedError);
  EXPECT_EQ(order, (std::vector<int>{1}));
  post(*scheduler, [&] { scheduler->stop(); });
  scheduler->run_until_stopped();
  // What was kept is not lost: it ran before the stop, in its iteration, or runs in the next run.
  int result = 0;
  scheduler->run(store_fibonacci(*scheduler, 3, result));
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(OneTbbCatalog, ResultsAlwaysNameTheDoor) {
  EXPECT_EQ(to_string(canonical_scheduler(parse_spec("onetbb"))), "onetbb:door=enqueue");
  EXPECT_EQ(to_string(canonical_scheduler(parse_spec("onetbb:blocking_threads=4,door=task_group"))),
            "onetbb:door=task_group,blocking_threads=4");
  EXPECT_THROW((void)canonical_scheduler(parse_spec("onetbb:dor=enqueue")), SpecError);
}

TEST(OneTbbCatalog, MakesAForeignScheduler) {
  const auto scheduler = make_scheduler(parse_spec("onetbb:door=task_group"), {.workers = 2});
  EXPECT_EQ(scheduler->name(), "onetbb");
  EXPECT_EQ(scheduler->workers(), 2u);
  for (const SchedulerInfo& info : schedulers()) EXPECT_EQ(info.foreign, info.name == "onetbb");
}

}  // namespace
}  // namespace loopsteal
