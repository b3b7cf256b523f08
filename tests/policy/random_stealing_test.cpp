// The knobs of random stealing, step by step. tests/theory shows that the models come out right.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/knob_round_trip.hpp"
#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kParks;
using testing::random_options_of;
using testing::RandomPool;

using Steal = testing::StubMachine::Steal;

/// `count` jobs from outside, numbered from `first`.
void arrive(RandomPool& pool, int first, int count) {
  for (int i = 0; i < count; ++i) pool.submit(first + i);
}

// Of two workers the first is the hot one that gets everything.
constexpr const char* kAllOnTheFirst = "placement=skewed,hot_share=1";

RandomPool skewed(std::string_view knobs) {
  return RandomPool(2, random_options_of(std::string(kAllOnTheFirst) + std::string(knobs)));
}

TEST(RandomStealing, ArrivalsGoStraightToAWorker) {
  RandomPool pool = skewed(",search_on_empty=0");
  arrive(pool, 1, 3);
  EXPECT_EQ(pool.policy.queue_depth(0), 3u);
  EXPECT_EQ(pool.machine.count_outside(Op::push_remote), 3u);
  EXPECT_EQ(pool.run_until_parked(1), std::vector<int>{});
  EXPECT_THAT(pool.run_until_parked(0), ElementsAre(1, 2, 3));
}

TEST(RandomStealing, ASleeperIsWokenForItsOwnArrivalAlone) {
  RandomPool pool = skewed(",search_on_empty=1");
  EXPECT_EQ(pool.next(0), kParks);
  EXPECT_EQ(pool.next(1), kParks);
  pool.machine.unparked.clear();
  arrive(pool, 1, 1);
  EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(0));
  EXPECT_EQ(pool.next(0), 1);
  arrive(pool, 2, 5);  // The other could steal these, but searches only when it has run out.
  EXPECT_THAT(pool.machine.take_unparked(), IsEmpty());
}

TEST(RandomStealing, WhoAsksEverybodyIsWokenForTheJobsOfOthers) {
  RandomPool pool = skewed("");
  EXPECT_EQ(pool.next(1), kParks);
  arrive(pool, 1, 1);
  EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(1));
  EXPECT_EQ(pool.next(1), 1);
}

// The job comes when the worker has looked for the last time and is not on the list yet.
TEST(RandomStealing, AnArrivalAtTheMomentOfFallingAsleepIsSeen) {
  RandomPool pool = skewed(",search_on_empty=0");
  pool.machine.on_asked_whether_finishing = [&] {
    pool.as(kNoWorker, [&] { arrive(pool, 1, 1); });
  };
  EXPECT_EQ(pool.next(0), 1);
}

TEST(RandomStealing, AttemptsAreAsManyAsTheKnobSays) {
  for (const auto& [attempts, charged] : {std::pair("0", 0u), {"1", 1u}, {"3", 3u}}) {
    for (const char* const victim : {"random", "random_start"}) {
      RandomPool pool(
          8, random_options_of(std::string("search_on_empty=") + attempts + ",victim=" + victim));
      EXPECT_EQ(pool.next(0), kParks);
      EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), charged) << attempts << victim;
      EXPECT_EQ(pool.next(0), kParks);  // Nothing has changed, so it asks nobody again.
      EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), charged);
    }
  }
}

TEST(RandomStealing, TheThresholdCountsTheJobThatRuns) {
  for (const auto& [threshold, waiting] : {std::pair("1", 1), {"2", 1}, {"3", 2}, {"5", 4}}) {
    RandomPool pool =
        skewed(std::string(",search_on_empty=1,steal=one,victim_threshold=") + threshold);
    arrive(pool, 1, waiting);
    EXPECT_EQ(pool.next(0), 1);  // One of them runs: too few are left.
    EXPECT_EQ(pool.next(1), kParks) << threshold;
    RandomPool enough =
        skewed(std::string(",search_on_empty=1,steal=one,victim_threshold=") + threshold);
    arrive(enough, 1, waiting + 1);
    EXPECT_EQ(enough.next(0), 1);
    EXPECT_EQ(enough.next(1), 2) << threshold;
  }
}

TEST(RandomStealing, OfThoseSampledTheLongestIsRobbed) {
  // So many draws that both others are among them.
  RandomPool pool(3, random_options_of("victim=random,victims_sampled=60,search_on_empty=1"));
  pool.as(1, [&] { pool.spawn_range(10, 11); });
  pool.as(2, [&] { pool.spawn_range(20, 24); });
  EXPECT_EQ(pool.next(0), 22);
  EXPECT_THAT(pool.machine.steals, ElementsAre(Steal{0, 2, 3}));
  EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), 60u);
}

TEST(RandomStealing, RetriesComeAfterWaitsWithTheRightMean) {
  RandomPool pool(2, random_options_of("search_on_empty=0,retry_rate=1000"));
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

TEST(RandomStealing, ARetryThatFindsWorkRunsIt) {
  RandomPool pool = skewed(",search_on_empty=0,retry_rate=1000,steal=one");
  EXPECT_EQ(pool.next(1), kParks);
  arrive(pool, 1, 3);
  EXPECT_EQ(pool.next(0), 1);
  EXPECT_EQ(pool.next(1), kParks);
  pool.machine.time += 1s;
  EXPECT_EQ(pool.next(1), 2);
}

TEST(RandomStealing, StolenJobsMayKeepTheirOrder) {
  RandomPool pool(2, random_options_of("stolen_order=kept"));
  pool.as(0, [&] { pool.spawn_range(0, 6); });
  EXPECT_THAT(pool.next(1, 4), ElementsAre(0, 1, 2, 3));
}

TEST(RandomStealing, HalfRoundedDownLeavesALoneJob) {
  RandomPool pool(2, random_options_of("steal=half_floor"));
  pool.as(0, [&] { pool.submit(1); });
  EXPECT_EQ(pool.next(1), kParks);
  pool.as(0, [&] { pool.submit_all({2, 3}); });
  EXPECT_EQ(pool.next(1), 1);
  EXPECT_THAT(pool.machine.steals, ElementsAre(Steal{1, 0, 1}));
}

TEST(RandomStealing, StolenJobsTravelAndTheThiefSleepsUntilTheyArrive) {
  RandomPool pool = skewed(",search_on_empty=1,transfer_latency=4ms,steal=one");
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

TEST(RandomStealing, WhatALookCostsPassesBeforeIt) {
  RandomPool pool = skewed(",probes_per_step=1,steal=half");
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

TEST(RandomStealing, ASearcherLooksIntoItsOwnQueueAfterAWhile) {
  RandomPool pool(
      8, random_options_of(std::string(kAllOnTheFirst) + ",probes_per_step=1,self_check=1ms"));
  EXPECT_FALSE(pool.step(0).runs());
  arrive(pool, 1, 1);
  pool.machine.time = at(900us);
  EXPECT_FALSE(pool.step(0).runs());
  pool.machine.time = at(1ms);
  EXPECT_TRUE(pool.step(0).runs());
}

TEST(RandomStealing, AtTheEndOfARoundAThiefLooksIntoItsOwnQueue) {
  RandomPool pool(
      4, random_options_of(std::string(kAllOnTheFirst) + ",probes_per_step=1,self_check=1s"));
  EXPECT_FALSE(pool.step(0).runs());
  arrive(pool, 1, 1);
  EXPECT_FALSE(pool.step(0).runs());
  EXPECT_FALSE(pool.step(0).runs());
  EXPECT_TRUE(pool.step(0).runs());  // After three others.
  EXPECT_EQ(pool.machine.count(0, Op::steal_attempt), 3u);
}

TEST(RandomStealing, WithParkOffAWorkerSearchesOnAsLongAsTimePasses) {
  RandomPool pool(2, random_options_of("park=off,searchers=all"));
  for (int i = 1; i <= 50; ++i) {
    EXPECT_FALSE(pool.step(0).parks());
    pool.machine.time += 1us;
  }
  EXPECT_EQ(pool.machine.count(0, Op::park), 0u);
  EXPECT_EQ(pool.next(0), kParks);  // Time stands still: it has seen all there is.
  pool.as(1, [&] { pool.submit_all({1, 2, 3}); });
  EXPECT_THAT(pool.machine.take_unparked(), ElementsAre(0));
  EXPECT_EQ(pool.next(0), 2);  // The last of the half that it takes.
}

TEST(RandomStealing, ASearcherThatNeverSleepsSeesTimersAndIo) {
  RandomPool pool(2, random_options_of("park=off,searchers=all,probes_per_step=1"));
  pool.finish_io(7);
  int found = 0;
  for (int i = 0; i < 1000 && found == 0; ++i) {
    pool.machine.time += 1us;
    const Step step = pool.step(0);
    if (step.runs()) found = static_cast<testing::NumberedJob&>(step.job()).number;
  }
  EXPECT_EQ(found, 7);
}

TEST(RandomStealing, OnlyWhoFindsAllThatMayBeTakenPromisesToConserveWork) {
  for (const char* const knobs :
       {"", "steal=one,local_order=lifo", "placement=jsq,local_order=random", "stolen_order=kept"})
    EXPECT_TRUE(random_options_of(knobs).conserves_work()) << knobs;
  for (const char* const knobs :
       {"victim=random", "search_on_empty=3", "retry_rate=1,search_on_empty=0",
        "victim_threshold=3", "steal=half_floor", "transfer_latency=1us", "probes_per_step=1",
        "park=off,searchers=all"})
    EXPECT_FALSE(random_options_of(knobs).conserves_work()) << knobs;
}

// ---- Options ------------------------------------------------------------------------------------

TEST(RandomStealingOptions, EveryKnobReadsWhatItPrints) {
  testing::expect_round_trip(random_stealing_knobs(), RandomStealingOptions{});
  for (const Preset& preset : random_stealing_presets()) {
    SCOPED_TRACE(preset.name);
    testing::expect_round_trip(random_stealing_knobs(),
                               random_options_of("preset=" + std::string(preset.name)));
    EXPECT_GT(preset.summary.size(), 20u);
  }
}

TEST(RandomStealingOptions, TheDefaultsAskEverybodyOnce) {
  const RandomStealingOptions options;
  EXPECT_EQ(options.placement, Placement::random);
  EXPECT_EQ(options.search_on_empty, RandomStealingOptions::kEverybody);
  EXPECT_EQ(options.victim_threshold, 2u);
  EXPECT_EQ(options.probes_per_step, RandomStealingOptions::kAll);
  EXPECT_TRUE(options.wakes_thieves());
  EXPECT_FALSE(random_options_of("search_on_empty=3").wakes_thieves());
}

std::string error_of(std::string_view settings) {
  try {
    static_cast<void>(checked(random_options_of(settings)));
  } catch (const SpecError& error) {
    return error.what();
  }
  return {};
}

TEST(RandomStealingOptions, SearchesThatContradictEachOtherAreRefused) {
  EXPECT_THAT(error_of("victims_sampled=2"), HasSubstr("needs victim=random"));
  EXPECT_EQ(error_of("victims_sampled=2,victim=random"), "");
  EXPECT_THAT(error_of("park=off"), HasSubstr("needs searchers=all"));
  EXPECT_THAT(error_of("park=off,searchers=all,search_on_empty=0"), HasSubstr("search_on_empty"));
  EXPECT_THAT(error_of("park=off,searchers=all,retry_rate=1"), HasSubstr("retry_rate"));
  EXPECT_EQ(error_of("park=off,searchers=all"), "");
}

TEST(RandomStealingOptions, ValuesOutOfRangeAreRefused) {
  for (const char* const settings :
       {"placement=anywhere", "placement=injector", "placement_choices=0", "hot_share=1.5",
        "search_on_empty=-1", "searchers=0", "retry_rate=-1", "retry_rate=nan",
        "victim_threshold=0", "victims_sampled=0", "transfer_latency=1", "probes_per_step=0",
        "self_check=-1ms", "park=never", "event_interval=0", "timer_granularity=0ns",
        "lifo_slot=off"})
    EXPECT_NE(error_of(settings), "") << settings;
}

// A job that yields lets the others go first, whatever the order of the queue.
TEST(RandomStealingOptions, AYieldLetsTheOthersGoFirst) {
  for (const char* const settings :
       {"", "local_order=lifo", "local_order=random", "preset=mean-field"}) {
    RandomPool made(1, random_options_of(settings));
    made.on_run(1, [&, turns = 0]() mutable {
      if (++turns < 100) made.submit(1, ReadyCause::yielded);
    });
    made.as(0, [&] { made.submit_all({2, 3, 1}); });
    const std::vector<int> order = made.run_until_parked();
    EXPECT_EQ(order.size(), 102u);
    std::vector<int> first_three(order.begin(), order.begin() + 3);
    EXPECT_THAT(first_three, ::testing::UnorderedElementsAre(1, 2, 3)) << settings;
  }
}

}  // namespace
}  // namespace loopsteal
