// Trials that are run: the same numbers by the same seed, and what cannot be run.
#include "bench/questions/trial_runner.hpp"

#include <array>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/core/config/spec.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array<std::string_view, 3> kMetrics = {"sojourn_mean", "sojourn_p99", "makespan"};

Trial requests(std::string series, std::string scheduler) {
  return {.series = std::move(series),
          .x = 0.8,
          .scheduler = std::move(scheduler),
          .workload = "requests:load=0.8,count=20000,mean=100us",
          .workers = 4,
          .repetitions = 10};
}

std::vector<Trial> two() {
  return {requests("apart", "sharded_loops:placement=random"),
          requests("together", "shared_queue")};
}

TEST(TrialRunner, TheSameSeedGivesTheSameNumbersOnAnyThreads) {
  const Evidence one = measure(two(), kMetrics, {.seed = 7, .threads = 1});
  const Evidence other = measure(two(), kMetrics, {.seed = 7, .threads = 3});
  const Evidence another = measure(two(), kMetrics, {.seed = 1007, .threads = 3});
  for (const std::string_view series : {"apart", "together"}) {
    const Place place{series, 0.8};
    EXPECT_EQ(one.at(place).values, other.at(place).values);
    EXPECT_EQ(one.at(place).hashes, other.at(place).hashes);
    EXPECT_NE(one.at(place).values, another.at(place).values);
    EXPECT_EQ(one.values(place, "makespan").size(), 10u);
  }
}

TEST(TrialRunner, TheoryStandsBesideWhatItKnows) {
  const Evidence evidence = measure(two(), kMetrics, {});
  // M/M/1 at 0.8: five times the service, which is 100 us.
  EXPECT_NEAR(evidence.theory({"apart", 0.8}, "sojourn_mean"), 500e3, 1);
  EXPECT_EQ(evidence.at({"together", 0.8}).theory, "M/M/4");
  const Estimate ratio = evidence.ratio({"apart", 0.8}, {"together", 0.8}, "sojourn_mean");
  EXPECT_GT(ratio.low, 1);
}

// As run, compare, sweep and advise count it (consistency_test.py).
TEST(TrialRunner, CountsATraceWhole) {
  const std::string path =
      ::testing::TempDir() + "trial_runner_trace_" + std::to_string(::getpid()) + ".csv";
  {
    std::ofstream file(path);
    file << "arrival_s,service_s\n";
    for (int i = 0; i < 40; ++i) file << 0.01 * i << ',' << (i < 20 ? "0.005" : "0.001") << '\n';
  }
  Trial trial = requests("trace", "event_loop");
  trial.workload = "requests:trace=" + path;
  const Evidence evidence = measure(std::array{trial}, kMetrics, {});
  for (const double mean : evidence.values({"trace", 0.8}, "sojourn_mean"))
    EXPECT_DOUBLE_EQ(mean, 3e6);
  for (const double p99 : evidence.values({"trace", 0.8}, "sojourn_p99"))
    EXPECT_DOUBLE_EQ(p99, 5e6);
}

TEST(TrialRunner, KeepsTheTraceOfAProgram) {
  const Trial trial{
      .series = "program",
      .scheduler = "event_loop",
      .workload = {},
      .program = R"({"version": 1, "main": "main", "tasks": {"main": [["log", "x"]]}})",
      .repetitions = 1};
  const Evidence evidence = measure(std::array{trial}, kMetrics, {});
  EXPECT_THAT(evidence.at({"program", 0}).trace, ::testing::HasSubstr("\"text\":\"x\""));
}

TEST(TrialRunner, RealThreadsNeedTheirCpus) {
  Trial trial = requests("real", "shared_queue");
  trial.machine = "threads";
  EXPECT_THROW((void)measure(std::array{trial}, kMetrics, {.cpus = 2}), TooFewCpus);
}

TEST(TrialRunner, WhatCannotBeRunIsRefused) {
  Trial trial = requests("wrong", "work_steeling");
  EXPECT_THROW((void)measure(std::array{trial}, kMetrics, {}), SpecError);
}

TEST(TrialRunner, StopsWhenAsked) {
  EXPECT_THROW((void)measure(two(), kMetrics, {.stop = [] { return true; }}), Stopped);
}

TEST(TrialRunner, TellsHowFarItIs) {
  std::size_t most = 0;
  (void)measure(two(), kMetrics,
                {.threads = 2, .progress = [&](std::size_t done, std::string_view) {
                   most = std::max(most, done);
                 }});
  EXPECT_EQ(most, runs_of(two()));
}

}  // namespace
}  // namespace loopsteal::questions
