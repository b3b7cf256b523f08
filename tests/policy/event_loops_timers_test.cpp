// EventLoops with one loop: timers, and how long it sleeps. The orders expected of equal deadlines
// are what CPython 3.11's asyncio did with the same calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/policy/event_loops/policy.hpp"
#include "tests/policy/cranked.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::kParks;
using testing::range;

class LoopTimers : public ::testing::Test {
 protected:
  void arm(int number, TimePoint deadline) {
    loop.as(0, [&] { EXPECT_TRUE(loop.arm(number, deadline)); });
  }
  bool cancel(int number) {
    bool cancelled = false;
    loop.as(0, [&] { cancelled = loop.policy.cancel(loop.timer(number)); });
    return cancelled;
  }
  /// 102 timers for one deadline, the last `count` of them cancelled, and an iteration in between.
  std::vector<int> order_after_cancelling(int count) {
    for (int number = 0; number < 102; ++number) arm(number, at(10s));
    for (int number = 102 - count; number < 102; ++number) EXPECT_TRUE(cancel(number));
    EXPECT_EQ(loop.next(0), kParks);
    loop.machine.time = at(10s);
    return loop.run_until_parked();
  }
  TimePoint sleeps_until() {
    const Step step = loop.step(0);
    EXPECT_TRUE(step.parks_in_driver());
    return step.deadline();
  }

  testing::Cranked<EventLoops> loop{1};
};

TEST_F(LoopTimers, A3_HalfOfTheTimersCancelledIsNotTooMany) {
  EXPECT_THAT(order_after_cancelling(51),
              ElementsAre(0, 2, 6, 14, 30, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37,
                          36, 35, 34, 33, 32, 29, 31, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
                          17, 16, 13, 15, 12, 11, 10, 9, 8, 5, 7, 4, 1, 3));
}

TEST_F(LoopTimers, A3_MoreThanHalfMakesTheHeapAnew) {
  EXPECT_THAT(order_after_cancelling(52),
              ElementsAre(30, 14, 6, 2, 0, 11, 23, 47, 1, 45, 21, 43, 9, 41, 19, 39, 3, 37, 17, 35,
                          7, 33, 15, 29, 31, 13, 27, 5, 25, 24, 48, 4, 44, 20, 40, 8, 36, 16, 28,
                          32, 12, 49, 10, 42, 18, 26, 34, 22, 46, 38));
}

TEST_F(LoopTimers, A3_CancelledTimersAtTheHeadArePrunedSoTheLoopSleepsLonger) {
  arm(1, at(5ms));
  arm(2, at(9ms));
  EXPECT_EQ(sleeps_until(), at(5ms));
  EXPECT_TRUE(cancel(1));
  EXPECT_EQ(sleeps_until(), at(9ms));
  EXPECT_TRUE(cancel(2));
  EXPECT_EQ(sleeps_until(), kForever);
}

TEST_F(LoopTimers, A4_WithSomethingReadyTheLoopDoesNotSleep) {
  arm(1, at(1h));
  loop.on_run(2, [&] { loop.submit(3); });
  loop.as(0, [&] { loop.submit(2); });
  EXPECT_THAT(loop.next(0, 2), ElementsAre(2, 3));
  EXPECT_EQ(sleeps_until(), at(1h));
}

TEST_F(LoopTimers, A5_ATimerFiresAtItsDeadlineAndNotBefore) {
  arm(1, at(5ms));
  loop.machine.time = at(5ms - 1ns);
  EXPECT_EQ(loop.next(0), kParks);
  loop.machine.time = at(5ms);
  EXPECT_EQ(loop.next(0), 1);
  EXPECT_EQ(loop.machine.count(Op::timer_fire), 1u);
}

TEST_F(LoopTimers, A7_EqualDeadlinesFireInTheOrderOfHeapq) {
  for (int number = 0; number < 8; ++number) arm(number, at(1s));
  arm(8, at(2s));
  loop.machine.time = at(2s);
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(0, 2, 6, 5, 7, 1, 3, 4, 8));
}

TEST_F(LoopTimers, A7_AlsoWithCancelledOnesAmongThem) {
  for (int number = 0; number < 9; ++number) arm(number, at(1s + 1s * (number / 3)));
  EXPECT_TRUE(cancel(0));
  EXPECT_TRUE(cancel(4));
  loop.machine.time = at(3s);
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(2, 1, 5, 3, 8, 6, 7));
}

TEST_F(LoopTimers, A8_TheOverdueGoByDeadline) {
  loop.machine.time = at(10s);
  arm(1, at(9s));
  arm(2, at(8s));
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(2, 1));
}

TEST_F(LoopTimers, A9_ATimerIsCancelledOnce) {
  arm(1, at(1ms));
  EXPECT_TRUE(cancel(1));
  EXPECT_FALSE(cancel(1));
  EXPECT_EQ(loop.machine.count(Op::timer_cancel), 1u);
  loop.machine.time = at(1s);
  EXPECT_THAT(loop.run_until_parked(), IsEmpty());
}

TEST_F(LoopTimers, A9_OneThatFiredKeepsItsPlaceInTheIteration) {
  arm(1, at(1ms));
  arm(2, at(2ms));
  arm(3, at(3ms));
  loop.machine.time = at(5ms);
  loop.on_run(1, [&] {
    EXPECT_FALSE(loop.policy.cancel(loop.timer(2)));
    loop.submit(4);
  });
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(1, 2, 3, 4));
}

TEST_F(LoopTimers, ATimerThatWasNeverArmedIsNotCancelled) { EXPECT_FALSE(cancel(1)); }

TEST_F(LoopTimers, A10_TheLoopSleepsWholeMilliseconds) {
  loop.machine.time = at(300us);
  arm(1, at(310us));
  EXPECT_EQ(sleeps_until(), at(1300us));  // A wait of 10 us becomes one of 1 ms.
  loop.machine.time = at(1300us);
  EXPECT_EQ(loop.next(0), 1);
  arm(2, at(3300us));
  EXPECT_EQ(sleeps_until(), at(3300us));  // One of 2 ms stays what it is.
  arm(3, at(2300us + 1ns));
  EXPECT_EQ(sleeps_until(), at(3300us));
}

TEST_F(LoopTimers, A10_OrAsExactlyAsItIsTold) {
  EventLoopsOptions exact;
  exact.timer_granularity = 1ns;
  testing::Cranked<EventLoops> precise(1, exact);
  precise.as(0, [&] { precise.arm(1, at(310us + 7ns)); });
  EXPECT_EQ(precise.step(0).deadline(), at(310us + 7ns));
}

TEST_F(LoopTimers, ATimerFromOutsideWakesALoopThatSleepsTowardsALaterOne) {
  arm(1, at(1h));
  EXPECT_EQ(sleeps_until(), at(1h));
  EXPECT_TRUE(loop.arm(2, at(1ms)));
  EXPECT_THAT(loop.machine.take_unparked(), ElementsAre(0));
  EXPECT_EQ(loop.machine.count_outside(Op::timer_insert), 1u);
  EXPECT_EQ(sleeps_until(), at(1ms));
}

TEST_F(LoopTimers, ATimerOfTheLoopItselfWakesNobody) {
  arm(1, at(1h));
  EXPECT_THAT(loop.machine.unparked, IsEmpty());
  EXPECT_EQ(loop.machine.count(Op::timer_insert), 1u);
}

TEST_F(LoopTimers, ATimerCanBeCancelledFromOutside) {
  arm(1, at(1h));
  EXPECT_TRUE(loop.policy.cancel(loop.timer(1)));
  EXPECT_EQ(loop.machine.count_outside(Op::timer_cancel), 1u);
  EXPECT_EQ(sleeps_until(), kForever);
}

TEST_F(LoopTimers, AnAbandonedTimerIsNotArmed) {
  TaskControl control;
  control.cancel();
  loop.timer(1).control = &control;
  loop.as(0, [&] { EXPECT_FALSE(loop.arm(1, at(1ms))); });
  EXPECT_FALSE(cancel(1));
  EXPECT_EQ(sleeps_until(), kForever);
}

TEST_F(LoopTimers, TheyOutliveARunThatWasStopped) {
  arm(1, at(1ms));
  loop.machine.stopping = true;
  loop.step(0);
  EXPECT_TRUE(loop.policy.may_leave(0));
  loop.machine.stopping = false;
  loop.policy.begin_run();
  loop.machine.time = at(1ms);
  EXPECT_EQ(loop.next(0), 1);
}

}  // namespace
}  // namespace loopsteal
