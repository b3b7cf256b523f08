#include "sched/observe/recorder.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/observe/timeline.hpp"

namespace loopsteal {
namespace {

TimePoint at(std::int64_t ns) { return TimePoint(Duration(ns)); }

Job& made_ready(Recorder& recorder, Job& job, std::int64_t ns) {
  job.ready_on = kNoWorker;  // As a machine does.
  job.cause = ReadyCause::spawned;
  recorder.on_ready(0, job, ReadyCause::spawned, at(ns));
  return job;
}

TEST(Recorder, CountsDelaysOfAllWorkersInOneHistogram) {
  Recorder recorder;
  recorder.begin_run(2, at(0));
  Job job;
  recorder.on_run(0, made_ready(recorder, job, 10), at(40), 0);
  recorder.on_rest(0, at(45));
  recorder.on_run(1, made_ready(recorder, job, 50), at(52), 0);
  recorder.on_rest(1, at(152));
  Measurement measurement;
  recorder.end_run(measurement, at(200));

  std::vector<std::uint64_t> latencies(kDelayBins);
  latencies[delay_bin(30)] = 1;
  latencies[delay_bin(2)] = 1;
  EXPECT_EQ(measurement.schedule_latency_bins, latencies);
  std::vector<std::uint64_t> poll_times(kDelayBins);
  poll_times[delay_bin(5)] = 1;
  poll_times[delay_bin(100)] = 1;
  EXPECT_EQ(measurement.poll_time_bins, poll_times);
}

TEST(Recorder, ForgetsTheRunBefore) {
  Recorder recorder({.delays = true, .trace = true});
  Job job;
  for (const WorkerId workers : {3u, 1u}) {
    recorder.begin_run(workers, at(0));
    for (WorkerId w = 0; w < workers; ++w) {
      recorder.on_run(w, made_ready(recorder, job, 10), at(40), 0);
      recorder.on_rest(w, at(45));
      recorder.on_wake(kNoWorker, w, at(50));
    }
    Measurement measurement;
    recorder.end_run(measurement, at(200));
    EXPECT_EQ(delay_count(measurement.poll_time_bins), workers);
    const Timeline timeline = sound_timeline(recorder);
    EXPECT_EQ(timeline.tracks.size(), workers + 1);
    EXPECT_EQ(timeline.slices_of("job").size(), workers);
    EXPECT_EQ(timeline.arrows.size(), workers);
  }
}

TEST(Recorder, KeepsNoTraceUnlessAsked) {
  Recorder recorder({.delays = true, .trace = false});
  recorder.begin_run(1, at(0));
  Job job;
  recorder.on_run(0, made_ready(recorder, job, 10), at(40), 0);
  recorder.on_rest(0, at(45));
  recorder.on_steal(0, 0, 1, at(45));
  recorder.on_wake(0, 0, at(45));
  recorder.on_wake(kNoWorker, 0, at(45));
  recorder.on_park(0, at(50), at(60));
  recorder.on_overflow(0, at(60));
  Measurement measurement;
  recorder.end_run(measurement, at(70));
  const Timeline timeline = sound_timeline(recorder);
  EXPECT_TRUE(timeline.slices.empty());
  EXPECT_TRUE(timeline.instants.empty());
  EXPECT_EQ(recorder.trace_events_dropped(), 0u);
}

TEST(Recorder, LeavesTheMeasurementAloneWithoutDelays) {
  Recorder recorder({.delays = false, .trace = true});
  recorder.begin_run(1, at(0));
  Job job;
  recorder.on_run(0, made_ready(recorder, job, 10), at(40), 0);
  recorder.on_rest(0, at(45));
  Measurement measurement;
  recorder.end_run(measurement, at(70));
  EXPECT_TRUE(measurement.schedule_latency_bins.empty());
  EXPECT_TRUE(measurement.poll_time_bins.empty());
  EXPECT_EQ(sound_timeline(recorder).slices_of("job").size(), 1u);
}

/// Outsiders go on while runs begin and end; between two runs nothing is kept of them.
TEST(Recorder, HearsManyOutsidersAtOnce) {
  constexpr int kOutsiders = 4;
  constexpr int kEvents = 2'000;
  Recorder recorder({.delays = true, .trace = true});
  recorder.begin_run(1, at(0));
  const auto outsider = [&recorder] {
    Job job;
    for (int i = 0; i < kEvents; ++i) {
      recorder.on_ready(kNoWorker, job, ReadyCause::unblocked, at(i));
      recorder.on_wake(kNoWorker, 0, at(i));
    }
  };
  {
    std::vector<std::jthread> outsiders;
    for (int i = 0; i < kOutsiders; ++i) outsiders.emplace_back(outsider);
  }
  Measurement measurement;
  {
    const std::jthread late(outsider);
    recorder.end_run(measurement, at(kEvents));
  }
  const Timeline timeline = sound_timeline(recorder);
  EXPECT_GE(timeline.arrows.size(), std::size_t{kOutsiders} * kEvents);
  EXPECT_LE(timeline.arrows.size(), std::size_t{kOutsiders + 1} * kEvents);
  EXPECT_GE(timeline.instants.size(), timeline.arrows.size());
  EXPECT_EQ(timeline.other.at("dropped_events"), 0);
}

}  // namespace
}  // namespace loopsteal
