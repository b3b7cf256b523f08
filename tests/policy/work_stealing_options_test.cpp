// The knobs and presets of work stealing: what they mean, and what is refused.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/policy/work_stealing/options.hpp"
#include "tests/core/knob_round_trip.hpp"
#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::options_of;
using testing::Stealing;

using Options = WorkStealingOptions;

TEST(WorkStealingOptions, EveryKnobReadsWhatItPrints) {
  testing::expect_round_trip(work_stealing_knobs(), Options{});
  for (const Preset& preset : work_stealing_presets()) {
    SCOPED_TRACE(preset.name);
    testing::expect_round_trip(work_stealing_knobs(),
                               options_of("preset=" + std::string(preset.name)));
  }
}

TEST(WorkStealingOptions, TheDefaultsAreTokio153) {
  const Options options;
  EXPECT_EQ(options.local_order, LocalOrder::fifo);
  EXPECT_EQ(options.lifo_slot, LifoSlot::on);
  EXPECT_EQ(options.lifo_cap, 3u);
  EXPECT_EQ(options.steal, StealAmount::half);
  EXPECT_EQ(options.victim, Victim::random_start);
  EXPECT_EQ(options.steal_rounds, 1u);
  EXPECT_EQ(options.searchers, Options::kHalf);
  EXPECT_EQ(options.queue_capacity, 256u);
  EXPECT_EQ(options.overflow, Overflow::second_half);
  EXPECT_EQ(options.global_queue_interval, Options::kAdaptive);
  EXPECT_TRUE(options.injector_batch);
  EXPECT_EQ(options.event_interval, 61u);
  EXPECT_EQ(options.budget, 128u);
  EXPECT_EQ(options.yield, YieldTo::deferred);
  EXPECT_EQ(options.deferred_order, DeferredOrder::back);
  EXPECT_EQ(options.timer_granularity, std::chrono::milliseconds(1));
  EXPECT_EQ(options.timer_sleep, TimerSleep::until);
  EXPECT_EQ(testing::settings_of("tokio-1.53"), "");
}

using Setting = std::pair<std::string, std::string>;

std::vector<Setting> differences(std::string_view preset) {
  return settings_that_differ(options_of("preset=" + std::string(preset)), work_stealing_knobs());
}

TEST(WorkStealingOptions, PresetsDifferFromTokio153InWhatTheySay) {
  EXPECT_THAT(differences("tokio-1.24"),
              ElementsAre(Setting{"lifo_cap", "unlimited"}, Setting{"overflow", "first_half"},
                          Setting{"global_queue_interval", "61"}, Setting{"injector_batch", "off"},
                          Setting{"deferred_order", "front"}, Setting{"timer_sleep", "ticks"}));
  EXPECT_THAT(differences("go-1.19"),
              ElementsAre(Setting{"lifo_slot", "stealable"}, Setting{"lifo_cap", "unlimited"},
                          Setting{"steal_rounds", "4"}, Setting{"overflow", "first_half"},
                          Setting{"global_queue_interval", "61"}, Setting{"yield", "global"},
                          Setting{"preempt", "10ms"}));
  EXPECT_THAT(
      differences("rayon"),
      ElementsAre(Setting{"local_order", "lifo"}, Setting{"lifo_slot", "off"},
                  Setting{"steal", "one"}, Setting{"searchers", "all"},
                  Setting{"global_queue_interval", "never"}, Setting{"injector_batch", "off"}));
}

TEST(WorkStealingOptions, PresetsHaveDifferentNamesAndSayWhatTheyFollow) {
  std::set<std::string_view> names;
  for (const Preset& preset : work_stealing_presets()) {
    EXPECT_TRUE(names.insert(preset.name).second);
    EXPECT_GT(preset.summary.size(), 20u);
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"tokio-1.53", "tokio-1.24", "go-1.19", "rayon"}));
}

TEST(WorkStealingOptions, PresetsOfOriginalsSayWhatTheyLack) {
  std::set<std::string_view> names;
  for (const PresetGap& gap : work_stealing_preset_gaps()) {
    EXPECT_TRUE(names.insert(gap.preset).second);
    EXPECT_TRUE(gap.lacks.ends_with('.')) << gap.preset;
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"tokio-1.53", "tokio-1.24", "go-1.19", "rayon"}));
}

std::string error_of(std::string_view settings) {
  try {
    Stealing made(2, options_of(settings));
  } catch (const SpecError& error) {
    return error.what();
  }
  return {};
}

TEST(WorkStealingOptions, YieldBackInLifoOrderIsRefused) {
  EXPECT_THAT(error_of("local_order=lifo,yield=back"), HasSubstr("yield=back contradicts"));
  EXPECT_THAT(error_of("preset=rayon,yield=back"), HasSubstr("Use yield=deferred"));
  EXPECT_EQ(error_of("local_order=lifo,yield=global"), "");
  EXPECT_EQ(error_of("yield=back"), "");
}

TEST(WorkStealingOptions, ValuesOutOfRangeAreRefused) {
  for (const char* const settings :
       {"lifo_cap=0", "steal_rounds=0", "searchers=0", "queue_capacity=1", "queue_capacity=3",
        "queue_capacity=131072", "global_queue_interval=0", "event_interval=0", "budget=0",
        "timer_granularity=0ns", "yield=forward", "steal=two", "victim=nobody", "park_spin=-1ms"})
    EXPECT_NE(error_of(settings), "") << settings;
  EXPECT_THAT(error_of("queue_capacity=3"), HasSubstr("power of two"));
}

TEST(WorkStealingOptions, OnlyASearchThatFindsEveryJobPromisesToConserveWork) {
  for (const char* const knobs :
       {"lifo_slot=off", "lifo_slot=stealable", "lifo_slot=off,steal=one,local_order=lifo"})
    EXPECT_TRUE(options_of(knobs).conserves_work()) << knobs;
  for (const char* const knobs : {"", "lifo_slot=off,victim=random"})
    EXPECT_FALSE(options_of(knobs).conserves_work()) << knobs;
}

// What a user of an earlier version wrote is answered with what to write now.
TEST(WorkStealingOptions, ASettingOfAModelNamesTheSchedulerThatHasIt) {
  for (const char* const setting :
       {"placement=random", "search_on_empty=1", "retry_rate=10", "victim_threshold=3",
        "victims_sampled=2", "stolen_order=kept", "transfer_latency=1ms", "transfer=exp",
        "probes_per_step=1", "self_check=1ms", "park=off", "hot_share=0.5", "placement_choices=3",
        "local_order=random", "steal=half_floor", "preset=mean-field", "preset=probing"}) {
    const std::string name = "random_stealing:" + std::string(setting);
    try {
      static_cast<void>(canonical_scheduler(parse_spec("work_stealing:" + std::string(setting))));
      ADD_FAILURE() << setting;
    } catch (const SpecError& error) {
      EXPECT_THAT(error.what(), HasSubstr("Write " + name)) << setting;
    }
  }
  EXPECT_NO_THROW(static_cast<void>(canonical_scheduler(parse_spec("work_stealing:steal=all"))));
}

// A job that yields lets another go first, in every arrangement that is allowed.
TEST(WorkStealingOptions, AYieldLetsTheOthersGoFirst) {
  for (const char* const settings :
       {"", "preset=tokio-1.24", "preset=go-1.19", "preset=rayon", "yield=back", "yield=global",
        "preset=rayon,yield=global", "local_order=lifo"}) {
    Stealing made(1, options_of(settings));
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
