// WorkStealing and its injector: when a worker looks there and how much it takes. The names begin
// with the statement of docs/policies.md that the test shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::joined;
using testing::options_of;
using testing::range;
using testing::Stealing;

/// Worker 0 of `workers` has nothing and finds `length` jobs in the injector: what it takes.
std::uint64_t taken(WorkerId workers, int length, const std::string& settings = "") {
  WorkStealingOptions options = options_of(settings);
  options.global_queue_interval = WorkStealingOptions::kNever;
  Stealing tokio(workers, options);
  tokio.spawn_range(1, length);
  EXPECT_EQ(tokio.next(0), 1);
  const std::uint64_t count = tokio.machine.count(0, Op::pop_remote);
  EXPECT_EQ(tokio.policy.queue_depth(0), count - 1);
  EXPECT_EQ(tokio.next(0, static_cast<int>(count) - 1), range(2, static_cast<int>(count)));
  return count;
}

TEST(WorkStealingInjector, T2_AnIdleWorkerTakesItsFairShare) {
  EXPECT_EQ(taken(4, 1), 1u);
  EXPECT_EQ(taken(4, 3), 1u);
  EXPECT_EQ(taken(4, 4), 2u);
  EXPECT_EQ(taken(4, 20), 6u);
  EXPECT_EQ(taken(1, 50), 50u);
}

TEST(WorkStealingInjector, T2_ButAtMostHalfAQueue) {
  EXPECT_EQ(taken(1, 1'000), 128u);
  EXPECT_EQ(taken(2, 1'000, "queue_capacity=16"), 8u);
  EXPECT_EQ(taken(2, 1'000, "queue_capacity=2"), 1u);
  EXPECT_EQ(taken(1, 1'000, "local_order=lifo,lifo_slot=off,queue_capacity=2"), 1u);
}

TEST(WorkStealingInjector, T2_In124ItTakesOne) {
  EXPECT_EQ(taken(1, 1'000, "preset=tokio-1.24"), 1u);
  EXPECT_EQ(taken(1, 1'000, "preset=rayon"), 1u);
}

TEST(WorkStealingInjector, T2_AtTheIntervalTheInjectorComesFirstAndGivesOne) {
  Stealing tokio(1, options_of("global_queue_interval=3"));
  tokio.as(0, [&] { tokio.spawn_range(0, 9); });
  tokio.spawn_range(100, 110);
  EXPECT_THAT(tokio.next(0, 9), ElementsAre(9, 0, 100, 1, 2, 101, 3, 4, 102));
  EXPECT_EQ(tokio.machine.count(0, Op::pop_remote), 3u);
}

TEST(WorkStealingInjector, T2_OtherwiseItsOwnJobsDo) {
  Stealing tokio(1, options_of("global_queue_interval=never"));
  tokio.spawn_range(100, 101);
  tokio.as(0, [&] { tokio.spawn_range(0, 200); });
  EXPECT_THAT(tokio.run_until_parked(),
              ElementsAreArray(joined({{200}, range(0, 199), range(100, 101)})));
}

TEST(WorkStealingInjector, T22_AnIntervalOfOneMeansAlwaysFirst) {
  Stealing tokio(1, options_of("global_queue_interval=1"));
  tokio.as(0, [&] { tokio.spawn_range(0, 2); });
  tokio.spawn_range(100, 102);
  // What is in the slot follows whatever has just run.
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(100, 2, 101, 102, 0, 1));
}

TEST(WorkStealingInjector, T1_TheIntervalCountsChainsNotJobs) {
  Stealing tokio(1, options_of("global_queue_interval=2"));
  for (const int number : {0, 1, 2})
    tokio.on_run(number, [&, number] { tokio.submit(10 + number, ReadyCause::woken); });
  tokio.as(0, [&] { tokio.spawn_range(0, 2); });
  tokio.submit(100);
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(2, 12, 100, 0, 10, 1, 11));
}

/// Two jobs without end, each run of which takes a while.
void keep_busy(Stealing& tokio, Duration duration) {
  for (const int number : {1, 2}) {
    tokio.on_run(number, [&tokio, number, duration] {
      tokio.machine.time += duration;
      tokio.submit(number, ReadyCause::woken);
    });
    tokio.submit(number);
  }
}

/// The mean time between two looks into the injector, once the worker knows how long jobs take.
Duration time_between_looks(const std::string& settings, Duration duration) {
  Stealing tokio(1, options_of(settings));
  keep_busy(tokio, duration);
  tokio.next(0, 20'000);
  std::vector<TimePoint> looks;
  for (int number = 100; number < 105; ++number) {
    tokio.on_run(number, [&] { looks.push_back(tokio.machine.time); });
    tokio.submit(number);
  }
  while (looks.size() < 5) tokio.next(0);
  return (looks[4] - looks[0]) / 4;
}

TEST(WorkStealingInjector, AnAdaptiveIntervalLetsAbout200MicrosecondsPass) {
  EXPECT_NEAR(static_cast<double>(time_between_looks("lifo_slot=off", 10us).count()), 190e3, 25e3);
  EXPECT_NEAR(static_cast<double>(time_between_looks("lifo_slot=off", 50us).count()), 175e3, 30e3);
}

TEST(WorkStealingInjector, AlsoWhenJobsRunInChains) {
  // Each chain is four runs of the same job, and the interval counts chains.
  EXPECT_NEAR(static_cast<double>(time_between_looks("", 10us).count()), 180e3, 45e3);
}

TEST(WorkStealingInjector, AnAdaptiveIntervalStaysBetween2And127) {
  EXPECT_EQ(time_between_looks("lifo_slot=off", 10ms), Duration(10ms));
  EXPECT_EQ(time_between_looks("lifo_slot=off", 100ns), 126 * Duration(100ns));
}

TEST(WorkStealingInjector, TimeSpentSearchingAndAsleepTeachesNothing) {
  Stealing tokio(2, options_of("lifo_slot=off"));
  tokio.machine.on_charge = [&](WorkerId, Op op) {
    if (op == Op::steal_attempt) tokio.machine.time += 1s;
  };
  for (int round = 0; round < 100; ++round) {
    tokio.submit(10);
    EXPECT_EQ(tokio.next(0), 10);
    EXPECT_EQ(tokio.next(0), testing::kParks);
    tokio.machine.time += 1s;
  }
  // Jobs that take no time: the interval has grown to its most.
  keep_busy(tokio, 0ns);
  std::vector<std::size_t> looks;
  for (const int number : {100, 101}) {
    tokio.on_run(number, [&] { looks.push_back(tokio.order.size()); });
    tokio.next(0, 10);
    tokio.submit(number);
  }
  while (looks.size() < 2) tokio.next(0);
  EXPECT_EQ(looks[1] - looks[0], 127u);
}

}  // namespace
}  // namespace loopsteal
