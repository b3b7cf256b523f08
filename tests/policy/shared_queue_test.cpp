// SharedQueue: one order for all, nobody asleep beside work, one worker at a time at the driver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/policy/shared_queue/policy.hpp"
#include "tests/policy/cranked.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kParks;

using Shared = testing::Cranked<SharedQueue>;

TEST(SharedQueue, JobsBeginInTheOrderInWhichTheyBecameReady) {
  Shared shared(3);
  shared.submit_all({1, 2});
  shared.as(2, [&] { shared.submit_all({3, 4}); });
  for (const WorkerId worker : {1u, 0u, 0u, 2u}) shared.step(worker);
  EXPECT_THAT(shared.order, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(shared.machine.count(Op::pop_remote), 4u);
  EXPECT_EQ(shared.machine.count(Op::push_remote), 2u);
  EXPECT_EQ(shared.machine.count_outside(Op::push_remote), 2u);
}

TEST(SharedQueue, WhatYieldsGoesBehindTheOthers) {
  Shared shared(1);
  for (const int number : {1, 2, 3})
    shared.on_run(number, [&, number, turns = 0]() mutable {
      if (++turns < 3) shared.submit(number, ReadyCause::yielded);
    });
  shared.submit_all({1, 2, 3});
  EXPECT_THAT(shared.run_until_parked(), ElementsAre(1, 2, 3, 1, 2, 3, 1, 2, 3));
}

TEST(SharedQueue, EachJobWakesTheLatestToFallAsleep) {
  Shared shared(3);
  for (const WorkerId worker : {0u, 1u, 2u}) EXPECT_EQ(shared.next(worker), kParks);
  shared.submit_all({1, 2, 3, 4});
  EXPECT_THAT(shared.machine.take_unparked(), ElementsAre(2, 1, 0));
  EXPECT_EQ(shared.next(1), 1);
  EXPECT_THAT(shared.run_until_parked(1), ElementsAre(2, 3, 4));
}

TEST(SharedQueue, OneWhoFoundTheQueueEmptySleepsAndIsWokenAgain) {
  Shared shared(2);
  EXPECT_EQ(shared.next(1), kParks);
  shared.submit(1);
  EXPECT_EQ(shared.next(0), 1);
  EXPECT_EQ(shared.next(1), kParks);  // Somebody was faster.
  shared.machine.unparked.clear();
  shared.submit(2);
  EXPECT_THAT(shared.machine.take_unparked(), ElementsAre(1));
}

TEST(SharedQueue, AJobThatComesWhileAWorkerFallsAsleepIsSeen) {
  Shared shared(1);
  shared.machine.on_asked_whether_finishing = [&] {
    shared.as(kNoWorker, [&] { shared.submit(1); });
  };
  EXPECT_EQ(shared.next(0), 1);
  EXPECT_THAT(shared.machine.unparked, IsEmpty());
}

TEST(SharedQueue, OneSleeperHoldsTheDriver) {
  Shared shared(3);
  EXPECT_TRUE(shared.step(0).parks_in_driver());
  for (const WorkerId worker : {1u, 2u}) {
    const Step step = shared.step(worker);
    EXPECT_TRUE(step.parks() && !step.parks_in_driver());
    EXPECT_EQ(step.deadline(), kForever);
  }
}

TEST(SharedQueue, TheHolderSleepsUntilTheNextTimerAndASpuriousTokenMovesIt) {
  Shared shared(2);
  shared.arm(1, at(9ms));
  EXPECT_EQ(shared.step(0).deadline(), at(9ms));
  EXPECT_TRUE(shared.step(1).parks());
  shared.arm(2, at(3ms));
  EXPECT_THAT(shared.machine.take_unparked(), ElementsAre(0));
  const Step again = shared.step(0);
  EXPECT_TRUE(again.parks_in_driver());
  EXPECT_EQ(again.deadline(), at(3ms));
  EXPECT_THAT(shared.machine.unparked, IsEmpty());
}

TEST(SharedQueue, EventsAreHandedOutAndTheDriverGoesToTheNextWhoSleeps) {
  Shared shared(2);
  EXPECT_TRUE(shared.step(0).parks_in_driver());
  EXPECT_TRUE(shared.step(1).parks());
  shared.finish_io(1);
  shared.finish_io(2);
  EXPECT_EQ(shared.next(0), 1);
  EXPECT_THAT(shared.machine.take_unparked(), ElementsAre(1));
  EXPECT_EQ(shared.next(1), 2);
  EXPECT_TRUE(shared.step(1).parks_in_driver());  // Worker 0 is at work.
}

TEST(SharedQueue, ABusyWorkerLooksAtEventsEverySoOften) {
  SharedQueueOptions options;
  options.event_interval = 3;
  Shared shared(1, options);
  for (int number = 0; number < 10; ++number) shared.submit(number);
  shared.arm(100, at(1ms));
  shared.machine.time = at(1ms);
  EXPECT_THAT(shared.next(0, 2), ElementsAre(0, 1));
  EXPECT_THAT(shared.machine.polls, IsEmpty());
  EXPECT_EQ(shared.next(0), 2);
  EXPECT_EQ(shared.machine.polls.size(), 1u);
  EXPECT_THAT(shared.run_until_parked(), ElementsAre(3, 4, 5, 6, 7, 8, 9, 100));
}

TEST(SharedQueue, ABusyWorkerLeavesAHeldDriverAlone) {
  SharedQueueOptions options;
  options.event_interval = 1;
  Shared shared(2, options);
  EXPECT_TRUE(shared.step(1).parks_in_driver());
  shared.machine.polls.clear();
  shared.submit_all({1, 2, 3});
  EXPECT_THAT(shared.next(0, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(shared.machine.polls, IsEmpty());
}

TEST(SharedQueue, AFinishingWorkerDoesNotPark) {
  Shared shared(1);
  shared.machine.stopping = true;
  const Step step = shared.step(0);
  EXPECT_FALSE(step.runs() || step.parks());
  EXPECT_TRUE(shared.policy.may_leave(0));
}

TEST(SharedQueue, ASecondRunBeginsAwakeAndKeepsWhatWasLeft) {
  Shared shared(2);
  shared.arm(3, at(1ms));
  shared.step(0);
  shared.step(1);
  shared.submit(1);
  shared.machine.unparked.clear();
  shared.policy.begin_run();
  shared.submit(2);
  EXPECT_THAT(shared.machine.unparked, IsEmpty());  // Nobody sleeps yet.
  shared.machine.time = at(1ms);
  EXPECT_THAT(shared.run_until_parked(1), ElementsAre(1, 2, 3));
  EXPECT_TRUE(shared.step(1).parks_in_driver());
}

TEST(SharedQueue, KnobsAreReadAndPrinted) {
  SharedQueueOptions options;
  apply(options, shared_queue_knobs(), parse_spec("shared_queue:event_interval=7"));
  EXPECT_EQ(options.event_interval, 7u);
  EXPECT_THROW(apply(options, shared_queue_knobs(), parse_spec("shared_queue:event_interval=0")),
               SpecError);
}

}  // namespace
}  // namespace loopsteal
