// The knobs that turn work stealing into the models of queueing theory, step by step. That the
// models come out right is shown in tests/theory.
#include <chrono>

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

using Steal = testing::StubMachine::Steal;

/// `count` jobs from outside, numbered from `first`.
void arrive(Stealing& pool, int first, int count) {
  for (int i = 0; i < count; ++i) pool.submit(first + i);
}

// Of two workers the first is the hot one that gets everything.
constexpr const char* kAllOnTheFirst = "placement=skewed,hot_share=1,lifo_slot=off";

Stealing skewed(std::string_view knobs) {
  return Stealing(2, options_of(std::string(kAllOnTheFirst) + std::string(knobs)));
}

TEST(WorkStealingModels, ArrivalsGoStraightToAWorkerAndNoneToTheInjector) {
  Stealing pool = skewed(",search_on_empty=0");
  arrive(pool, 1, 3);
  EXPECT_EQ(pool.policy.queue_depth(0), 3u);
  EXPECT_EQ(pool.machine.count_outside(Op::push_remote), 3u);
  EXPECT_EQ(pool.run_until_parked(1), std::vector<int>{});
  EXPECT_THAT(pool.run_until_parked(0), ElementsAre(1, 2, 3));
}

TEST(WorkStealingModels, ASleeperIsWokenForItsOwnArrivalAlone) {
  Stealing pool = skewed(",search_on_empty=1");
  EXPECT_EQ(pool.next(0), kParks);
  EXPECT_EQ(pool.next(1), kParks);
  pool.machine.unparked.clear();
  arrive(pool, 1, 1);
  EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(0));
  EXPECT_EQ(pool.next(0), 1);
  arrive(pool, 2, 5);  // The other could steal these, but searches only when it has run out.
  EXPECT_THAT(pool.machine.take_unparked(), IsEmpty());
}

TEST(WorkStealingModels, WhoAsksEverybodyIsWokenForTheJobsOfOthers) {
  Stealing pool = skewed("");
  EXPECT_EQ(pool.next(1), kParks);
  arrive(pool, 1, 1);
  EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(1));
  EXPECT_EQ(pool.next(1), 1);
}

// The job comes when the worker has looked for the last time and is not on the list yet.
TEST(WorkStealingModels, AnArrivalAtTheMomentOfFallingAsleepIsSeen) {
  Stealing pool = skewed(",search_on_empty=0");
  pool.machine.on_asked_whether_finishing = [&] {
    pool.as(kNoWorker, [&] { arrive(pool, 1, 1); });
  };
  EXPECT_EQ(pool.next(0), 1);
}

TEST(WorkStealingModels, AttemptsAreAsManyAsTheKnobSays) {
  for (const auto& [attempts, charged] : {std::pair("0", 0u), {"1", 1u}, {"3", 3u}}) {
    for (const char* const victim : {"random", "random_start"}) {
      Stealing pool(8,
                    options_of(std::string("search_on_empty=") + attempts + ",victim=" + victim));
      EXPECT_EQ(pool.next(0), kParks);
      EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), charged) << attempts << victim;
      EXPECT_EQ(pool.next(0), kParks);  // Nothing has changed, so it asks nobody again.
      EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), charged);
    }
  }
}

TEST(WorkStealingModels, TheThresholdCountsTheJobThatRuns) {
  for (const auto& [threshold, waiting] : {std::pair("1", 1), {"2", 1}, {"3", 2}, {"5", 4}}) {
    Stealing pool =
        skewed(std::string(",search_on_empty=1,steal=one,victim_threshold=") + threshold);
    arrive(pool, 1, waiting);
    EXPECT_EQ(pool.next(0), 1);  // One of them runs: too few are left.
    EXPECT_EQ(pool.next(1), kParks) << threshold;
    Stealing enough =
        skewed(std::string(",search_on_empty=1,steal=one,victim_threshold=") + threshold);
    arrive(enough, 1, waiting + 1);
    EXPECT_EQ(enough.next(0), 1);
    EXPECT_EQ(enough.next(1), 2) << threshold;
  }
}

TEST(WorkStealingModels, OfThoseSampledTheLongestIsRobbed) {
  // So many draws that both others are among them.
  Stealing pool(3, options_of("victim=random,victims_sampled=60,search_on_empty=1,lifo_slot=off"));
  pool.as(1, [&] { pool.spawn_range(10, 11); });
  pool.as(2, [&] { pool.spawn_range(20, 24); });
  EXPECT_EQ(pool.next(0), 22);
  EXPECT_THAT(pool.machine.steals, ElementsAre(Steal{0, 2, 3}));
  EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), 60u);
}

TEST(WorkStealingModels, RetriesComeAfterWaitsWithTheRightMean) {
  Stealing pool(2, options_of("search_on_empty=0,retry_rate=1000"));
  Duration sum{};
  constexpr int kWaits = 4000;
  for (int i = 0; i < kWaits; ++i) {
    Step step = pool.step(0);
    while (!step.parks()) step = pool.step(0);
    EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), static_cast<std::uint64_t>(i));
    EXPECT_GT(step.deadline(), pool.machine.time);
    sum += step.deadline() - pool.machine.time;
    pool.machine.time = step.deadline();
  }
  EXPECT_NEAR(static_cast<double>(sum.count()) / kWaits, 1e6, 8e4);
}

TEST(WorkStealingModels, ARetryThatFindsWorkRunsIt) {
  Stealing pool = skewed(",search_on_empty=0,retry_rate=1000,steal=one");
  EXPECT_EQ(pool.next(1), kParks);
  arrive(pool, 1, 3);
  EXPECT_EQ(pool.next(0), 1);
  EXPECT_EQ(pool.next(1), kParks);
  pool.machine.time += 1s;
  EXPECT_EQ(pool.next(1), 2);
}

TEST(WorkStealingModels, StolenJobsMayKeepTheirOrder) {
  for (const char* const knobs : {"", ",placement=random"}) {
    const std::string kept = std::string("lifo_slot=off,stolen_order=kept") + knobs;
    Stealing pool(2, options_of(kept));
    pool.as(0, [&] { pool.spawn_range(0, 6); });
    EXPECT_THAT(pool.next(1, 4), ElementsAre(0, 1, 2, 3)) << knobs;
  }
}

TEST(WorkStealingModels, HalfRoundedDownLeavesALoneJob) {
  Stealing pool(2, options_of("steal=half_floor,lifo_slot=off"));
  pool.as(0, [&] { pool.submit(1); });
  EXPECT_EQ(pool.next(1), kParks);
  pool.as(0, [&] { pool.submit_all({2, 3}); });
  EXPECT_EQ(pool.next(1), 1);
  EXPECT_THAT(pool.machine.steals, ElementsAre(Steal{1, 0, 1}));
}

TEST(WorkStealingModels, StolenJobsTravelAndTheThiefSleepsUntilTheyArrive) {
  Stealing pool = skewed(",search_on_empty=1,transfer_latency=4ms,steal=one");
  arrive(pool, 1, 3);
  const Step step = [&] {
    Step taken = pool.step(1);
    while (!taken.parks()) taken = pool.step(1);
    return taken;
  }();
  EXPECT_EQ(step.deadline(), at(4ms));
  EXPECT_EQ(pool.policy.queue_depth(1), 0u);
  EXPECT_EQ(pool.next(1), kParks);  // One journey at a time.
  EXPECT_THAT(pool.machine.steals, ElementsAre(Steal{1, 0, 1}));
  pool.machine.time = at(4ms);
  EXPECT_EQ(pool.policy.queue_depth(1), 1u);
  EXPECT_EQ(pool.next(1), 1);
}

TEST(WorkStealingModels, WhatALookCostsPassesBeforeIt) {
  Stealing pool = skewed(",probes_per_step=1,steal=half");
  EXPECT_TRUE(!pool.step(1).runs());  // Pays for a look.
  EXPECT_EQ(pool.machine.count(1, Op::steal_attempt), 1u);
  arrive(pool, 1, 3);
  EXPECT_TRUE(!pool.step(1).runs());  // Looks, finds, and pays for the jobs.
  EXPECT_EQ(pool.machine.count(1, Op::steal_operation), 1u);
  EXPECT_THAT(pool.machine.steals, IsEmpty());
  EXPECT_THAT(pool.next(0, 2), ElementsAre(1, 2));  // Others are faster, but not fast enough.
  EXPECT_EQ(pool.next(1), 3);
  EXPECT_THAT(pool.machine.steals, ElementsAre(Steal{1, 0, 1}));
}

TEST(WorkStealingModels, ASearcherLooksIntoItsOwnQueueAfterAWhile) {
  Stealing pool(8, options_of(std::string(kAllOnTheFirst) + ",probes_per_step=1,self_check=1ms"));
  EXPECT_FALSE(pool.step(0).runs());
  arrive(pool, 1, 1);
  pool.machine.time = at(900us);
  EXPECT_FALSE(pool.step(0).runs());
  pool.machine.time = at(1ms);
  EXPECT_TRUE(pool.step(0).runs());
}

TEST(WorkStealingModels, AtTheEndOfARoundAThiefLooksIntoItsOwnQueue) {
  Stealing pool(4, options_of(std::string(kAllOnTheFirst) + ",probes_per_step=1,self_check=1s"));
  EXPECT_FALSE(pool.step(0).runs());
  arrive(pool, 1, 1);
  EXPECT_FALSE(pool.step(0).runs());
  EXPECT_FALSE(pool.step(0).runs());
  EXPECT_TRUE(pool.step(0).runs());  // After three others.
  EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), 3u);
}

TEST(WorkStealingModels, WithParkOffAWorkerSearchesOnAsLongAsTimePasses) {
  Stealing pool(2, options_of("park=off,searchers=all"));
  for (int i = 1; i <= 50; ++i) {
    EXPECT_FALSE(pool.step(0).parks());
    pool.machine.time += 1us;
  }
  EXPECT_EQ(pool.machine.count(0, Op::park), 0u);
  EXPECT_EQ(pool.next(0), kParks);  // Time stands still: it has seen all there is.
  pool.as(1, [&] { pool.submit_all({1, 2, 3}); });
  EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(0));
  EXPECT_EQ(pool.next(0), 1);
}

TEST(WorkStealingModels, ASearcherThatNeverSleepsSeesTimersAndIo) {
  Stealing pool(2, options_of("park=off,searchers=all,probes_per_step=1"));
  pool.finish_io(7);
  int found = 0;
  for (int i = 0; i < 1000 && found == 0; ++i) {
    pool.machine.time += 1us;
    const Step step = pool.step(0);
    if (step.runs()) found = static_cast<testing::NumberedJob&>(step.job()).number;
  }
  EXPECT_EQ(found, 7);
}

TEST(WorkStealingModels, OnlyWhoFindsAllThatMayBeTakenPromisesToConserveWork) {
  for (const char* const knobs :
       {"lifo_slot=off", "lifo_slot=stealable", "lifo_slot=off,steal=one,local_order=lifo",
        "lifo_slot=off,placement=jsq,local_order=random", "lifo_slot=off,stolen_order=kept"})
    EXPECT_TRUE(options_of(knobs).conserves_work()) << knobs;
  for (const char* const knobs :
       {"", "victim=random", "search_on_empty=3", "retry_rate=1,search_on_empty=0",
        "victim_threshold=3", "steal=half_floor", "transfer_latency=1us", "probes_per_step=1",
        "park=off,searchers=all"}) {
    const std::string rest = *knobs == '\0' ? "lifo_slot=on" : "lifo_slot=off,";
    EXPECT_FALSE(options_of(rest + knobs).conserves_work()) << knobs;
  }
}

}  // namespace
}  // namespace loopsteal
