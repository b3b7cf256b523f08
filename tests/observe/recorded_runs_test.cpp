// Real runs, recorded and read back: what the timeline shows is what the scheduler counted.
#include <algorithm>
#include <cctype>

#include <gtest/gtest.h>

#include "tests/observe/small_runs.hpp"
#include "tests/observe/timeline.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

struct RecordedRun {
  Measurement measurement;
  Timeline timeline;

  [[nodiscard]] std::uint64_t polls() const {
    std::uint64_t sum = 0;
    for (const WorkerStats& worker : measurement.workers) sum += worker.poll_count;
    return sum;
  }
};

constexpr RecorderOptions kAll{.delays = true, .trace = true};

template <class Root>
RecordedRun record(std::string_view spec, WorkerId workers, Root root) {
  Recorder recorder(kAll);
  const auto scheduler = small_runs::recorded(spec, workers, recorder);
  RecordedRun run{scheduler->run(root(*scheduler)), {}};
  EXPECT_EQ(recorder.trace_events_dropped(), 0u);
  run.timeline = sound_timeline(recorder);
  return run;
}

std::size_t count_on(const std::vector<TimelineItem>& items, const std::string& track) {
  const auto on = [&](const TimelineItem& item) { return item.track == track; };
  return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), on));
}

/// What holds for every run on every scheduler.
void expect_agreement(const RecordedRun& run) {
  const Measurement& measured = run.measurement;
  const Timeline& timeline = run.timeline;
  ASSERT_EQ(timeline.tracks.size(), measured.workers.size() + 1);
  for (std::size_t w = 0; w < measured.workers.size(); ++w) {
    const WorkerStats& worker = measured.workers[w];
    const std::string track = "worker " + std::to_string(w);
    EXPECT_EQ(timeline.tracks.at(static_cast<int>(w) + 1), track);
    EXPECT_EQ(count_on(timeline.slices_of("job"), track), worker.poll_count);
    EXPECT_EQ(count_on(timeline.slices_of("park"), track), worker[Op::park]);
    EXPECT_EQ(count_on(timeline.instants_named("overflow"), track), worker[Op::overflow]);
    const auto wakes = timeline.arrows_named("wake");
    const auto by = [&](const TimelineArrow& arrow) { return arrow.from == track; };
    EXPECT_EQ(static_cast<std::uint64_t>(std::count_if(wakes.begin(), wakes.end(), by)),
              worker[Op::unpark]);
    const auto steals = timeline.arrows_named("steal");
    const auto to = [&](const TimelineArrow& arrow) { return arrow.to == track; };
    EXPECT_EQ(static_cast<std::uint64_t>(std::count_if(steals.begin(), steals.end(), to)),
              worker[Op::steal_operation]);
  }
  std::uint64_t stolen = 0;
  for (const TimelineItem& mark : timeline.slices_of("steal"))
    if (mark.name == "steal") stolen += mark.args.at("jobs").get<std::uint64_t>();
  EXPECT_EQ(stolen, measured.total(Op::stolen_job));

  std::uint64_t run_where_made_ready = 0;
  for (const TimelineItem& job : timeline.slices_of("job"))
    run_where_made_ready += job.args.at("made_ready_on") == job.track ? 1 : 0;
  std::uint64_t local = 0;
  for (const WorkerStats& worker : measured.workers) local += worker.local_run_count;
  EXPECT_EQ(run_where_made_ready, local);

  EXPECT_EQ(delay_count(measured.schedule_latency_bins), run.polls());
  EXPECT_EQ(delay_count(measured.poll_time_bins), run.polls());
}

Task<void> produce(Scheduler& scheduler) { return small_runs::hot_producer(scheduler, 40, false); }
Task<void> produce_and_hold(Scheduler& scheduler) {
  return small_runs::hot_producer(scheduler, 40, true);
}

class RecordedRuns : public testing::TestWithParam<const char*> {};

TEST_P(RecordedRuns, AgreeWithTheCountersOnForkJoin) {
  std::int64_t leaves = 0;
  const RecordedRun run = record(GetParam(), 2, [&](Scheduler& scheduler) {
    return small_runs::fork_join(scheduler, 9, leaves);
  });
  EXPECT_EQ(leaves, 512);
  expect_agreement(run);
}

TEST_P(RecordedRuns, AgreeWithTheCountersOnAHotProducer) {
  const RecordedRun run = record(GetParam(), 2, produce);
  expect_agreement(run);
  for (const char* const cause : {"spawned", "woken", "yielded", "timer", "io", "unblocked"}) {
    const auto jobs = run.timeline.slices_of("job");
    EXPECT_TRUE(std::any_of(jobs.begin(), jobs.end(), [&](const TimelineItem& job) {
      return job.name == cause;
    })) << cause;
  }
  // The root task is submitted from outside; each blocking call ends there.
  EXPECT_EQ(run.timeline.instants_named("unblocked").size(), 40u);
  EXPECT_EQ(run.timeline.instants_named("spawned").size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, RecordedRuns,
                         testing::Values("event_loop", "sharded_loops", "shared_queue",
                                         "work_stealing", "work_stealing:local_order=lifo",
                                         "random_stealing"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(RecordedRun, ShowsWhatAThiefTakes) {
  const RecordedRun run = record("work_stealing", 2, produce_and_hold);
  expect_agreement(run);
  EXPECT_GE(run.timeline.arrows_named("steal").size(), 1u);
  for (const TimelineArrow& steal : run.timeline.arrows_named("steal"))
    EXPECT_NE(steal.from, steal.to);
}

TEST(RecordedRun, ShowsHowLoopsWakeEachOther) {
  const RecordedRun run = record("sharded_loops:placement=round_robin", 2, produce);
  const auto wakes = run.timeline.arrows_named("wake");
  const auto between = [](const TimelineArrow& wake) {
    return wake.from != "outside" && wake.from != wake.to;
  };
  EXPECT_TRUE(std::any_of(wakes.begin(), wakes.end(), between));
}

TEST(RecordedRun, ShowsHowThePoolWakesALoop) {
  const RecordedRun run = record("event_loop", 1, produce);
  const auto wakes = run.timeline.arrows_named("wake");
  const auto from_outside = [](const TimelineArrow& wake) { return wake.from == "outside"; };
  // 40 blocking calls; the root task comes before the loop's thread runs, and wakes it, too.
  EXPECT_GE(std::count_if(wakes.begin(), wakes.end(), from_outside), 40);
}

Task<void> nothing() { co_return; }

Task<void> overflowing(Scheduler& scheduler) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 600; ++i) group.spawn(nothing());
  co_await group.join();
}

TEST(RecordedRun, ShowsOverflowsAndQueueDepths) {
  const RecordedRun run = record("work_stealing", 1, overflowing);
  expect_agreement(run);
  EXPECT_GE(run.timeline.instants_named("overflow").size(), 1u);
  std::int64_t deepest = 0;
  for (const TimelineItem& counter : run.timeline.counters)
    deepest = std::max(deepest, counter.args.at("jobs").get<std::int64_t>());
  EXPECT_GE(deepest, 100);  // Of 256 at most: an overflow leaves half.
  EXPECT_LE(deepest, 257);  // The LIFO slot holds one more.
}

TEST(RecordedRun, CountsEventsThatItHasNoRoomFor) {
  Recorder recorder({.delays = true, .trace = true, .trace_events_max_per_worker = 64});
  const auto scheduler = small_runs::recorded("event_loop", 1, recorder);
  std::int64_t leaves = 0;
  const Measurement measured = scheduler->run(small_runs::fork_join(*scheduler, 9, leaves));
  const Timeline timeline = sound_timeline(recorder);
  const WorkerStats& worker = measured.workers.front();
  // One loop by itself: jobs and sleeps are all that its track has.
  const std::uint64_t shown = timeline.slices_of("job").size() + timeline.slices_of("park").size();
  EXPECT_EQ(shown, 64u);
  EXPECT_EQ(shown + recorder.trace_events_dropped(), worker.poll_count + worker[Op::park]);
  EXPECT_EQ(timeline.other.at("dropped_events"), recorder.trace_events_dropped());
  EXPECT_EQ(timeline.instants_named("buffer full").size(), 1u);
  EXPECT_EQ(delay_count(measured.poll_time_bins), worker.poll_count) << "delays are never dropped";
}

TEST(RecordedRun, CanBeFollowedByAnother) {
  Recorder recorder(kAll);
  const auto scheduler = small_runs::recorded("work_stealing", 2, recorder);
  for (const int depth : {8, 4}) {
    std::int64_t leaves = 0;
    RecordedRun run{scheduler->run(small_runs::fork_join(*scheduler, depth, leaves)), {}};
    run.timeline = sound_timeline(recorder);
    expect_agreement(run);
  }
}

Task<void> hold(Scheduler& scheduler, Duration duration) {
  const TimePoint until = scheduler.now() + duration;
  while (scheduler.now() < until) co_await compute(Work::of(10us));
}

Task<void> hold_one_by_one(Scheduler& scheduler, Duration duration) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 3; ++i) group.spawn(hold(scheduler, duration));
  co_await group.join();
}

TEST(RecordedRun, MeasuresRunsAndWaitsByTheSchedulersClock) {
  constexpr Duration kHeld = 2ms;
  const auto at_least = [](Duration duration) {
    return static_cast<std::uint64_t>(static_cast<double>(duration.count()) *
                                      (1 - kDelayRelativeError));
  };
  const RecordedRun run = record(
      "event_loop", 1, [&](Scheduler& scheduler) { return hold_one_by_one(scheduler, kHeld); });
  ASSERT_EQ(run.polls(), 5u);  // The root task, three that hold the loop, the root again.
  const auto& poll_times = run.measurement.poll_time_bins;
  const auto& latencies = run.measurement.schedule_latency_bins;
  EXPECT_GE(delay_quantile_ns(poll_times, 0.41), at_least(kHeld));    // The third of five.
  EXPECT_GE(delay_quantile_ns(latencies, 0.79), at_least(kHeld));     // The fourth.
  EXPECT_GE(delay_quantile_ns(latencies, 1.0), at_least(2 * kHeld));  // The third that holds.
}

TEST(RecordedRun, LeavesAnUnobservedRunWithoutDelays) {
  const auto scheduler = make_scheduler(parse_spec("work_stealing"), {.workers = 2});
  std::int64_t leaves = 0;
  const Measurement measured = scheduler->run(small_runs::fork_join(*scheduler, 4, leaves));
  EXPECT_TRUE(measured.schedule_latency_bins.empty());
  EXPECT_TRUE(measured.poll_time_bins.empty());
}

}  // namespace
}  // namespace loopsteal
