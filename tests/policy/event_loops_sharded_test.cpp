// EventLoops with several loops: where a task is put, and that it stays there.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/policy/event_loops/policy.hpp"
#include "tests/policy/cranked.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kParks;

using Loops = testing::Cranked<EventLoops>;

EventLoopsOptions placing(Placement placement) {
  EventLoopsOptions options;
  options.placement = placement;
  return options;
}

/// The loops on which `count` new tasks are put, from outside.
std::vector<WorkerId> homes(Loops& loops, int count, int first = 0) {
  std::vector<WorkerId> result;
  for (int number = first; number < first + count; ++number) {
    loops.submit(number);
    result.push_back(loops.job(number).home);
  }
  return result;
}

std::vector<int> counts(const std::vector<WorkerId>& homes, WorkerId loops) {
  std::vector<int> result(loops);
  for (const WorkerId home : homes) ++result[home];
  return result;
}

TEST(ShardedLoops, RoundRobinPutsTasksInTurn) {
  Loops loops(3);
  EXPECT_THAT(homes(loops, 7), ElementsAre(0, 1, 2, 0, 1, 2, 0));
  EXPECT_EQ(loops.run_until_parked(1), (std::vector<int>{1, 4}));
}

TEST(ShardedLoops, HashSpreadsThemAndIsTheSameEveryTime) {
  Loops loops(4, placing(Placement::hash), 1), again(4, placing(Placement::hash), 2);
  const auto first = homes(loops, 4'000);
  EXPECT_THAT(counts(first, 4), Each(::testing::AllOf(::testing::Gt(850), ::testing::Lt(1'150))));
  EXPECT_EQ(homes(again, 4'000), first);
  EXPECT_NE(std::vector<WorkerId>(first.begin(), first.begin() + 8),
            (std::vector<WorkerId>{0, 1, 2, 3, 0, 1, 2, 3}));
}

TEST(ShardedLoops, RandomSpreadsThemBySeed) {
  Loops loops(4, placing(Placement::random), 1), again(4, placing(Placement::random), 1),
      other(4, placing(Placement::random), 2);
  const auto first = homes(loops, 4'000);
  EXPECT_THAT(counts(first, 4), Each(::testing::AllOf(::testing::Gt(850), ::testing::Lt(1'150))));
  EXPECT_EQ(homes(again, 4'000), first);
  EXPECT_NE(homes(other, 4'000), first);
}

TEST(ShardedLoops, LeastLoadedLooksAtWhatWaits) {
  Loops loops(3, placing(Placement::least_loaded));
  EXPECT_THAT(homes(loops, 6), ElementsAre(0, 1, 2, 0, 1, 2));
  loops.run_until_parked(1);
  EXPECT_THAT(homes(loops, 2, 10), ElementsAre(1, 1));  // Two wait on each of the others.
}

TEST(ShardedLoops, LeastLoadedCountsABurstThatALoopPutsOnItself) {
  Loops loops(4, placing(Placement::least_loaded));
  std::vector<WorkerId> burst;
  loops.on_run(0, [&] { burst = homes(loops, 100, 1); });
  loops.submit(0);
  loops.next(loops.job(0).home);
  EXPECT_THAT(counts(burst, 4), Each(::testing::AllOf(::testing::Ge(24), ::testing::Le(26))));
}

TEST(ShardedLoops, AKeyNamesItsShard) {
  for (const Placement placement :
       {Placement::round_robin, Placement::hash, Placement::least_loaded, Placement::random}) {
    Loops loops(4, placing(placement));
    for (int number = 0; number < 40; ++number) {
      loops.job(number).key = static_cast<AffinityKey>(number % 10);
      loops.submit(number);
      EXPECT_EQ(loops.job(number).home, static_cast<WorkerId>(number % 10 % 4));
    }
  }
}

TEST(ShardedLoops, ATaskStaysWhereItWasPut) {
  Loops loops(3);
  homes(loops, 3);
  EXPECT_EQ(loops.next(1), 1);
  loops.machine.unparked.clear();
  loops.as(2, [&] { loops.submit(1, ReadyCause::woken); });  // Woken by a task of another loop.
  EXPECT_THAT(loops.machine.take_unparked(), ElementsAre(1));
  EXPECT_EQ(loops.machine.count(2, Op::push_remote), 1u);
  EXPECT_THAT(loops.run_until_parked(2), ElementsAre(2));
  EXPECT_THAT(loops.run_until_parked(1), ElementsAre(1));
}

TEST(ShardedLoops, NothingIsStolen) {
  Loops loops(2);
  for (int number = 0; number < 10; ++number) {
    loops.job(number).key = 0;
    loops.submit(number);
  }
  EXPECT_EQ(loops.next(1), kParks);
  EXPECT_EQ(loops.next(0), 0);
  EXPECT_EQ(loops.next(1), kParks);
  EXPECT_THAT(loops.machine.steals, IsEmpty());
  EXPECT_EQ(loops.run_until_parked(0).size(), 9u);
}

TEST(ShardedLoops, EachWaitsForItsOwnTimersAndIo) {
  Loops loops(2);
  homes(loops, 2);
  loops.run_until_parked(0);
  loops.run_until_parked(1);
  loops.as(0, [&] { loops.arm(0, at(5ms)); });
  loops.as(1, [&] { loops.arm(1, at(7ms)); });
  EXPECT_EQ(loops.step(0).deadline(), at(5ms));
  EXPECT_EQ(loops.step(1).deadline(), at(7ms));
  loops.machine.time = at(9ms);
  EXPECT_THAT(loops.run_until_parked(1), ElementsAre(1));
  loops.finish_io(1, 1);
  EXPECT_THAT(loops.run_until_parked(0), ElementsAre(0));
  EXPECT_THAT(loops.run_until_parked(1), ElementsAre(1));
}

TEST(ShardedLoops, ATimerIsCancelledFromAnotherLoop) {
  Loops loops(3);
  homes(loops, 3);
  loops.as(1, [&] { loops.arm(1, at(5ms)); });
  loops.as(2, [&] {
    EXPECT_TRUE(loops.policy.cancel(loops.timer(1)));
    EXPECT_FALSE(loops.policy.cancel(loops.timer(1)));
    EXPECT_FALSE(loops.policy.cancel(loops.timer(2)));  // Never armed.
  });
  EXPECT_EQ(loops.machine.count(2, Op::timer_cancel), 1u);
}

TEST(ShardedLoops, ATimerOfATaskWithoutAHomePlacesIt) {
  Loops loops(2);
  loops.arm(0, at(1ms));
  loops.arm(1, at(1ms));
  EXPECT_EQ(loops.job(0).home, 0u);
  EXPECT_EQ(loops.job(1).home, 1u);
  EXPECT_THAT(loops.machine.take_unparked(), ElementsAre(0, 1));
}

TEST(ShardedLoops, EachLeavesBetweenItsIterations) {
  Loops loops(2);
  homes(loops, 4);
  loops.machine.stopping = true;
  EXPECT_EQ(loops.next(0), 0);
  EXPECT_FALSE(loops.policy.may_leave(0));
  EXPECT_FALSE(loops.policy.may_leave(1));  // Has not had its iteration yet.
  EXPECT_EQ(loops.next(0), 2);
  EXPECT_TRUE(loops.policy.may_leave(0));
  EXPECT_FALSE(loops.policy.may_leave(1));
}

}  // namespace
}  // namespace loopsteal
