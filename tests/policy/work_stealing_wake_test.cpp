// WorkStealing with several workers: who sleeps where, and who wakes whom. The names begin with the
// statement of docs/policies.md that the test shows.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kParks;
using testing::options_of;
using testing::Stealing;

/// All workers have found nothing and sleep; the last listed sleeps last.
void park(Stealing& tokio, std::initializer_list<WorkerId> workers) {
  for (const WorkerId worker : workers) EXPECT_EQ(tokio.next(worker), kParks);
  tokio.machine.unparked.clear();
}

TEST(WorkStealingWake, T4_AJobThatGoesIntoTheEmptySlotWakesNobody) {
  Stealing tokio(2);
  park(tokio, {1});
  tokio.as(0, [&] { tokio.submit(1); });
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
  tokio.as(0, [&] { tokio.submit(2); });
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
}

TEST(WorkStealingWake, T4_WithoutASlotEachPushTellsOthers) {
  Stealing tokio(2, options_of("lifo_slot=off"));
  park(tokio, {1});
  tokio.as(0, [&] { tokio.submit(1); });
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
}

TEST(WorkStealingWake, T4_SoDoesAPushPastTheClosedSlot) {
  Stealing tokio(2, options_of("lifo_cap=1"));
  park(tokio, {1});
  tokio.on_run(0, [&] { tokio.submit(1); });
  tokio.on_run(1, [&] { tokio.submit(2, ReadyCause::woken); });
  tokio.as(0, [&] { tokio.submit(0); });
  EXPECT_EQ(tokio.next(0), 0);
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
  EXPECT_EQ(tokio.next(0), 1);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
}

TEST(WorkStealingWake, T6_AJobFromOutsideGoesToTheInjectorAndWakesAWorker) {
  Stealing tokio(2);
  park(tokio, {0, 1});
  tokio.submit(1);
  EXPECT_EQ(tokio.policy.arrivals(), 1u);
  EXPECT_EQ(tokio.machine.ready.back().worker, kNoWorker);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
  EXPECT_EQ(tokio.next(1), 1);
  EXPECT_EQ(tokio.machine.count(1, Op::pop_remote), 1u);
}

TEST(WorkStealingWake, T14_TheLatestToFallAsleepIsWokenAndOnlyIfNobodySearches) {
  Stealing tokio(4);
  park(tokio, {2, 0, 3, 1});
  tokio.submit(1);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
  tokio.submit(2);  // Worker 1 is awake and searches.
  EXPECT_THAT(tokio.machine.take_unparked(), IsEmpty());
  EXPECT_EQ(tokio.next(1), 1);  // It found work, and was the last to search:
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(3));
}

TEST(WorkStealingWake, T15_EachLastSearcherThatFindsWorkWakesTheNext) {
  Stealing tokio(4);
  park(tokio, {1, 2, 3});
  tokio.as(0, [&] { tokio.spawn_range(0, 20); });
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(3));
  tokio.next(3);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(2));
  tokio.next(2);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
  tokio.next(1);
  EXPECT_THAT(tokio.machine.take_unparked(), IsEmpty());
}

TEST(WorkStealingWake, T15_ASearcherThatFindsNothingWakesNobody) {
  Stealing tokio(3);
  park(tokio, {1, 2});
  tokio.as(0, [&] { tokio.submit_all({1, 2}); });
  EXPECT_EQ(tokio.next(0), 2);
  EXPECT_EQ(tokio.next(0), 1);
  tokio.machine.unparked.clear();
  EXPECT_EQ(tokio.next(2), kParks);
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
}

TEST(WorkStealingWake, T15_TheLastSearcherLooksOnceMoreAfterItHasGoneToSleep) {
  Stealing tokio(2);
  // A job comes after worker 0 has searched, while it still counts as a searcher, so its submitter
  // wakes nobody.
  tokio.machine.on_asked_whether_finishing = [&] {
    tokio.as(kNoWorker, [&] { tokio.submit(1); });
    EXPECT_THAT(tokio.machine.unparked, IsEmpty());
  };
  EXPECT_EQ(tokio.next(0), kParks);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(0));  // It wakes itself.
  EXPECT_EQ(tokio.next(0), 1);
}

TEST(WorkStealingWake, T15_ItLooksIntoTheQueuesOfOthersToo) {
  for (const auto& [settings, slot_alone_counts] :
       {std::pair("lifo_slot=on", false), std::pair("lifo_slot=stealable", true)}) {
    for (const int jobs : {1, 2}) {
      Stealing tokio(2, options_of(settings));
      tokio.machine.on_asked_whether_finishing = [&tokio, jobs = jobs] {
        tokio.as(1, [&] { tokio.spawn_range(1, jobs); });
      };
      EXPECT_EQ(tokio.next(0), kParks);
      EXPECT_EQ(tokio.machine.take_unparked().size(), jobs == 2 || slot_alone_counts ? 1u : 0u);
    }
  }
}

TEST(WorkStealingWake, WithSpreadPendingTheOnlyJobWakesOneWorker) {
  for (const auto& [settings, next_is_woken] :
       {std::pair("spread=always", true), std::pair("spread=pending", false)}) {
    Stealing pool(2, options_of(settings));
    park(pool, {0, 1});
    pool.as(kNoWorker, [&] { pool.submit(1); });
    EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(1));
    EXPECT_EQ(pool.next(1), 1);
    EXPECT_EQ(pool.machine.take_unparked().size(), next_is_woken ? 1u : 0u) << settings;
  }
}

TEST(WorkStealingWake, WithSpreadPendingMoreJobsWakeTheNextWhereverTheyAre) {
  for (const bool in_the_injector : {true, false}) {
    Stealing pool(3, options_of("spread=pending"));
    park(pool, {1, 2});
    pool.as(0, [&] { pool.spawn_range(0, 4); });
    EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(2));
    if (in_the_injector) {
      for (int job = 0; job < 4; ++job) EXPECT_GE(pool.next(0), 0);
      pool.as(kNoWorker, [&] { pool.submit_all({5, 6}); });
    }
    EXPECT_GE(pool.next(2), 0);
    EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(1)) << in_the_injector;
  }
}

TEST(WorkStealingWake, T16_OneEventIsRunByWhoeverTookItAndWakesNobody) {
  Stealing tokio(2);
  park(tokio, {1, 0});
  tokio.finish_io(1);
  EXPECT_EQ(tokio.next(1), 1);
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
}

TEST(WorkStealingWake, T16_WithSeveralEventsOneOtherIsWoken) {
  Stealing tokio(3);
  park(tokio, {1, 0, 2});
  for (const int number : {1, 2, 3}) tokio.finish_io(number);
  EXPECT_EQ(tokio.next(1), 3);  // The last into the slot.
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(2));
  EXPECT_EQ(tokio.machine.count(1, Op::steal_attempt), 2u);  // Those of its search before the park.
}

TEST(WorkStealingWake, T16_AWorkerWokenByItsOwnEventsDoesNotSearch) {
  Stealing tokio(2);
  park(tokio, {0, 1});
  tokio.finish_io(1);
  EXPECT_EQ(tokio.next(0), 1);
  // Nobody searches, so the next job from outside wakes worker 1.
  tokio.submit(2);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
}

TEST(WorkStealingWake, T16_OneWokenByBothCountsAsASearcherUntilItRuns) {
  Stealing tokio(2);
  park(tokio, {0, 1});
  tokio.submit(1);
  EXPECT_EQ(tokio.next(1), 1);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1, 0));  // Worker 0 is to search ...
  tokio.finish_io(2);                                             // ... and has an event.
  tokio.submit(3);
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
  EXPECT_THAT(tokio.next(0, 2), ElementsAre(2, 3));
  EXPECT_EQ(tokio.next(1), kParks);
  tokio.submit(4);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));  // Nobody searches any more.
}

TEST(WorkStealingWake, T16_ABusyWorkerThatTakesSeveralEventsTellsAnother) {
  for (const int events : {1, 2}) {
    Stealing tokio(3, options_of("event_interval=2"));
    park(tokio, {2, 1});
    tokio.finish_io(50);
    EXPECT_EQ(tokio.next(2), 50);  // Nobody holds the driver now, and worker 1 sleeps.
    tokio.as(0, [&] { tokio.submit(10); });
    EXPECT_EQ(tokio.next(0), 10);
    for (int number = 1; number <= events; ++number) tokio.finish_io(number);
    EXPECT_EQ(tokio.next(0), events);
    EXPECT_EQ(tokio.machine.take_unparked().size(), events == 2 ? 1u : 0u);
  }
}

TEST(WorkStealingWake, T17_OneSleeperHoldsTheDriver) {
  Stealing tokio(3);
  EXPECT_TRUE(tokio.step(1).parks_in_driver());
  for (const WorkerId worker : {0u, 2u}) {
    const Step step = tokio.step(worker);
    EXPECT_TRUE(step.parks() && !step.parks_in_driver());
    EXPECT_EQ(step.deadline(), kForever);
  }
}

TEST(WorkStealingWake, T17_TheDriverGoesToTheNextWhoSleeps) {
  Stealing tokio(2);
  park(tokio, {1, 0});
  tokio.finish_io(1);
  EXPECT_EQ(tokio.next(1), 1);
  tokio.submit(2);
  EXPECT_EQ(tokio.next(0), 2);
  EXPECT_TRUE(tokio.step(0).parks_in_driver());
  EXPECT_FALSE(tokio.step(1).parks_in_driver());
}

TEST(WorkStealingWake, T17_AHolderWokenForAnEarlierTimerSleepsOnTowardsIt) {
  Stealing tokio(2);
  tokio.arm(1, at(9ms));
  EXPECT_EQ(tokio.step(0).deadline(), at(9ms));
  EXPECT_TRUE(tokio.step(1).parks());
  tokio.arm(2, at(3ms));
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(0));
  const Step again = tokio.step(0);
  EXPECT_TRUE(again.parks_in_driver());
  EXPECT_EQ(again.deadline(), at(3ms));
  // It stayed on the list of sleepers all the while.
  tokio.submit_all({3});
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
  EXPECT_EQ(tokio.next(1), 3);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(0));
}

TEST(WorkStealingWake, ATokenWithoutWorkPutsAWorkerBackToSleep) {
  Stealing tokio(2);
  park(tokio, {0, 1});
  EXPECT_TRUE(tokio.step(1).parks());
  EXPECT_EQ(tokio.machine.count(1, Op::search), 1u);  // The one before it parked.
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
}

TEST(WorkStealingWake, ASleeperWokenInVainSearchesAndSleepsAgain) {
  Stealing tokio(2);
  park(tokio, {0, 1});
  tokio.submit(1);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
  tokio.arm(9, at(1ms));  // The holder, worker 0, gets a token of its own ...
  tokio.machine.time = at(1ms);
  EXPECT_EQ(tokio.next(0), 9);
  EXPECT_EQ(tokio.next(0), 1);  // ... and is faster than worker 1.
  tokio.machine.unparked.clear();
  EXPECT_EQ(tokio.next(1), kParks);
  tokio.submit(2);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
}

TEST(WorkStealingWake, YieldingWithinTheOwnQueueTellsOthers) {
  Stealing tokio(2, options_of("yield=back"));
  park(tokio, {1});
  tokio.on_run(1, [&, once = false]() mutable {
    if (!std::exchange(once, true)) tokio.submit(1, ReadyCause::yielded);
  });
  tokio.as(0, [&] { tokio.submit(1); });
  EXPECT_EQ(tokio.next(0), 1);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(1));
}

TEST(WorkStealingWake, ADeferredJobIsNobodyElses) {
  Stealing tokio(2);
  park(tokio, {1});
  tokio.on_run(1, [&, once = false]() mutable {
    if (!std::exchange(once, true)) tokio.submit(1, ReadyCause::yielded);
  });
  tokio.as(0, [&] { tokio.submit(1); });
  EXPECT_EQ(tokio.next(0), 1);
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());
  EXPECT_EQ(tokio.policy.queue_depth(0), 0u);
}

TEST(WorkStealingWake, AFinishingWorkerDoesNotPark) {
  Stealing tokio(1);
  tokio.machine.stopping = true;
  const Step step = tokio.step(0);
  EXPECT_FALSE(step.runs() || step.parks());
  EXPECT_TRUE(tokio.policy.may_leave(0));
}

TEST(WorkStealingWake, ASleeperOfAFinishingRunWakesUp) {
  Stealing tokio(2);
  park(tokio, {0, 1});
  tokio.machine.stopping = true;
  for (const WorkerId worker : {0u, 1u}) EXPECT_FALSE(tokio.step(worker).parks());
}

TEST(WorkStealingWake, ASecondRunBeginsWithAllAwakeAndKeepsWhatWasLeft) {
  Stealing tokio(3);
  park(tokio, {0, 1, 2});
  tokio.submit(1);  // Worker 2 is woken and searches, and the run ends before it steps.
  tokio.machine.unparked.clear();
  tokio.policy.begin_run();
  tokio.submit(2);
  EXPECT_THAT(tokio.machine.unparked, IsEmpty());  // All are awake,
  EXPECT_TRUE(tokio.step(0).runs());               // the jobs are there,
  EXPECT_TRUE(tokio.step(1).runs());
  EXPECT_TRUE(tokio.step(2).parks_in_driver());  // and so is the driver.
  tokio.submit(3);
  EXPECT_THAT(tokio.machine.take_unparked(), ElementsAre(2));  // Nobody counts as searching.
}

TEST(WorkStealingWake, ARunMayEndInTheMiddleOfAChain) {
  Stealing tokio(1, options_of("lifo_cap=1"));
  tokio.on_run(0, [&] { tokio.submit_all({10, 1}); });
  tokio.as(0, [&] { tokio.submit(0); });
  EXPECT_THAT(tokio.next(0, 2), ElementsAre(0, 1));  // The slot is closed.
  tokio.policy.begin_run();
  tokio.as(0, [&] { tokio.submit(2); });
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(2, 10));  // It is open again.
}

}  // namespace
}  // namespace loopsteal
