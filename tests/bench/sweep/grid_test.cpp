#include "bench/sweep/grid.hpp"

#include <set>

#include <gtest/gtest.h>

#include "bench/measure/memory_forecast.hpp"

namespace loopsteal {
namespace {

std::vector<PlannedPoint> read(std::string_view text, std::optional<std::string> slo = {}) {
  static const WorkloadCatalog catalog = built_in_workloads();
  return read_grid(text, "g.toml",
                   {.workloads = catalog, .workers_carried = 2, .slo = std::move(slo)});
}

std::string message(std::string_view text) {
  try {
    static_cast<void>(read(text));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "nothing was wrong";
}

std::vector<std::string> names(const std::vector<PlannedPoint>& planned) {
  std::vector<std::string> result;
  for (const PlannedPoint& one : planned) {
    result.push_back(to_string(one.point.scheduler) + " " + to_string(one.point.workload) + " " +
                     std::to_string(one.point.workers) + " " + std::to_string(one.point.seed));
  }
  return result;
}

TEST(Grid, IsEveryCombinationInTheOrderInWhichItIsRead) {
  const auto planned = read(R"(
scheduler = ["shared_queue", {name = "work_stealing", steal = ["half", "one"]}]
workload  = [{name = "requests", count = 500, load = [0.5, 0.25]}]
workers   = [1, 2]
)");
  const std::vector<std::string> expected = {
      "shared_queue requests:load=0.5,count=500 1 1",
      "shared_queue requests:load=0.5,count=500 2 1",
      "work_stealing requests:load=0.5,count=500 1 1",
      "work_stealing requests:load=0.5,count=500 2 1",
      "work_stealing:steal=one requests:load=0.5,count=500 1 1",
      "work_stealing:steal=one requests:load=0.5,count=500 2 1",
      "shared_queue requests:load=0.25,count=500 1 1",
      "shared_queue requests:load=0.25,count=500 2 1",
      "work_stealing requests:load=0.25,count=500 1 1",
      "work_stealing requests:load=0.25,count=500 2 1",
      "work_stealing:steal=one requests:load=0.25,count=500 1 1",
      "work_stealing:steal=one requests:load=0.25,count=500 2 1"};
  EXPECT_EQ(names(planned), expected);
  EXPECT_EQ(planned[0].point.machine, "sim");
}

constexpr std::string_view kTwentyMillionPoints = R"(
scheduler = ["shared_queue", {name = "work_stealing", steal = ["half", "one"]}]
workload = "fork_join"
workers = [1, 2, 3, 4, 5, 6, 7, 8]
seed = [1, 2, 3, 4, 5, 6, 7, 8, 9]
repetitions = 100000
)";

TEST(Grid, IsCountedBeforeAnyPointIsMade) {
  EXPECT_EQ(message(kTwentyMillionPoints),
            "g.toml: 21.6 M points, more than the 1,000,000 that one sweep may have. Take fewer "
            "values or repetitions, or write the grids into several files.");
}

TEST(Grid, IsRefusedIfItsPointsDoNotFitIntoMemory) {
  const WorkloadCatalog catalog = built_in_workloads();
  constexpr std::string_view kThousand =
      "scheduler = \"event_loop\"\nworkload = \"fork_join\"\nrepetitions = 1000\n";
  GridReading reading{.workloads = catalog, .memory = AvailableMemory{2'000'000, "a test"}};
  EXPECT_THROW(static_cast<void>(read_grid(kThousand, "g.toml", reading)), MemoryShortage);
  reading.memory->bytes = 3'000'000;
  EXPECT_EQ(read_grid(kThousand, "g.toml", reading).size(), 1'000u);
}

TEST(Grid, RepetitionsComeRoundByRoundEachWithItsSeed) {
  const auto planned = read(R"(
scheduler = ["event_loop", "shared_queue"]
workload = "fork_join"
seed = 7
repetitions = 2
)");
  EXPECT_EQ(names(planned),
            (std::vector<std::string>{"event_loop fork_join 1 7", "shared_queue fork_join 1 7",
                                      "event_loop fork_join 1 8", "shared_queue fork_join 1 8"}));
  EXPECT_EQ(planned[3].repetitions, 2u);
  EXPECT_EQ(planned[3].repetition_index, 1u);
}

TEST(Grid, SaysTheSameThingOnce) {
  const auto planned = read(R"(
scheduler = ["event_loop", {name = "work_stealing", lifo_slot = [true, "on"]}]
workload = "fork_join"
workers = [4, 8]
)");
  EXPECT_EQ(names(planned),
            (std::vector<std::string>{"event_loop fork_join 1 1", "work_stealing fork_join 4 1",
                                      "work_stealing fork_join 8 1"}));
}

TEST(Grid, SeveralGridsTakeWhatStandsAboveThem) {
  const auto planned = read(R"(
workers = [2, 4]
workload = "fork_join"
[[grid]]
scheduler = "shared_queue"
[[grid]]
scheduler = "work_stealing"
workers = 16
)");
  EXPECT_EQ(names(planned),
            (std::vector<std::string>{"shared_queue fork_join 2 1", "shared_queue fork_join 4 1",
                                      "work_stealing fork_join 16 1"}));
}

TEST(Grid, ForAnObjectiveLoadsAreLeftOut) {
  constexpr std::string_view kText = R"(
scheduler = "event_loop"
workload = {name = "requests", load = [0.1, 0.5, 0.9], service = ["exp", "det"]}
slo-load = [0.2, 0.8]
slo-width = 0.01
)";
  const auto planned = read(kText, "p50<=1ms");
  ASSERT_EQ(planned.size(), 2u);
  ASSERT_TRUE(planned[0].search);
  EXPECT_EQ(to_string(planned[0].point.workload), "requests");
  EXPECT_EQ(to_string(planned[0].search->slo), "p50<=1ms");
  EXPECT_EQ(planned[0].search->load_low, 0.2);
  EXPECT_EQ(planned[0].search->load_high, 0.8);
  EXPECT_EQ(planned[0].search->width, 0.01);
  EXPECT_EQ(read(kText).size(), 6u) << "without one they are points";
}

TEST(Grid, WhatMeansNothingOnAMachineMakesNoTwoPoints) {
  const auto planned = read(R"(
machine = ["threads", "sim"]
scheduler = "event_loop"
workload = "fork_join"
costs = ["zero", "zero,wake_up=1us"]
)");
  EXPECT_EQ(planned.size(), 3u) << "threads have the costs they have";
}

struct Mistake {
  std::string_view text;
  std::vector<std::string_view> said;
};

class GridMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(GridMistake, IsPointedAt) {
  const std::string said = message(GetParam().text);
  for (const std::string_view part : GetParam().said) {
    EXPECT_NE(said.find(part), std::string::npos) << said;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, GridMistake,
    ::testing::Values(
        Mistake{"scheduler = \"event_loop\"\nx =", {"g.toml:2:4: "}},
        Mistake{"\n  wokers = 2", {"g.toml:2:3: ", "Did you mean \"workers\"?"}},
        Mistake{"workload = \"fork_join\"", {"g.toml:1:1: ", "\"scheduler\" is missing"}},
        Mistake{"scheduler = \"event_loop\"", {"\"workload\" is missing"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"fork_join\"\nworkers = [1, 0]",
                {"g.toml:3:15: ", "out of range"}},
        Mistake{"workload = \"fork_join\"\nscheduler = [\"event_loop\", \"work_staeling\"]",
                {"g.toml:2:28: ", "\"work_stealing\""}},
        Mistake{"workload = \"fork_join\"\nscheduler = {name = \"work_stealing\", stael = \"one\"}",
                {"g.toml:2:38: ", "\"steal\""}},
        Mistake{"workload = \"fork_join\"\n"
                "scheduler = {name = \"work_stealing\", steal = [\"half\", \"onee\"]}",
                {"g.toml:2:55: ", "onee", "\"one\""}},
        Mistake{"scheduler = \"event_loop\"\nworkload = {name = \"requests\", load = [0.5, 1.2]}",
                {"g.toml:2:20: ", "1.2 of what its workers can do"}},
        Mistake{"scheduler = \"event_loop\"\n"
                "workload = {name = \"requests\", rate = \"10/s\", load = 0.5}",
                {"g.toml:2:20: ", "give one"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"fork_join\"\nslo = \"p99<=1ms\"",
                {"g.toml:2:12: ", "no load"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"requests\"\nslo = \"p98<=1ms\"",
                {"g.toml:3:7: ", "\"p99\""}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"requests\"\nslo = \"p99<=1ms\"\n"
                "slo-load = [0.9, 0.1]",
                {"g.toml:4:13: ", "0.9 and 0.1"}},
        Mistake{"scheduler = \"onetbb\"\nworkload = \"fork_join\"", {"g.toml:1:13: ", "threads"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"echo\"",
                {"g.toml:2:12: ", "real descriptors"}},
        Mistake{"scheduler = \"shared_queue\"\nworkload = \"fork_join\"\nmachine = \"threads\"\n"
                "workers = [2, 3]",
                {"g.toml:4:15: ", "3 workers"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"fork_join\"\nprecision = \"1%\"\n"
                "repetitions = 2",
                {"g.toml:4:15: ", "leave out"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = \"fork_join\"\nrepetitions = [1, 2]",
                {"g.toml:3:16: ", "one value"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = []", {"g.toml:2:12: ", "empty list"}},
        Mistake{"scheduler = \"event_loop\"\nworkload = {load = 0.5}", {"g.toml:2:12: ", "name"}},
        Mistake{"grid = 1", {"g.toml:1:8: ", "[[grid]]"}}));

}  // namespace
}  // namespace loopsteal
