// Rows as JSON: the fields that are promised, and the way back.
#include "bench/measure/row_json.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "bench/measure/latency_summary.hpp"
#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

using testing::failed_row;
using testing::sample_row;

TEST(RowJson, HasGoogleBenchmarksFields) {
  const Json json = to_json(sample_row("work_stealing:steal=one", "uts:tree=T1", 2'000));
  EXPECT_EQ(json["name"],
            "balanced/uts:tree=T1/scheduler:work_stealing:steal=one/machine:threads/workers:2/"
            "size:small");
  EXPECT_EQ(json["run_name"], json["name"]);
  EXPECT_EQ(json["run_type"], "iteration");
  EXPECT_EQ(json["threads"], 2);
  EXPECT_EQ(json["iterations"], 1);
  EXPECT_EQ(json["real_time"], 2'000);
  EXPECT_EQ(json["time_unit"], "ns");
  EXPECT_FALSE(json.contains("error_occurred"));
}

TEST(RowJson, HasOurFields) {
  Row row = sample_row("work_stealing", "requests", 1'000'000'000);
  for (int i = 1; i <= 100; ++i) {
    row.wait.add(Duration(i));
    row.sojourn.add(Duration(2 * i));
  }
  const Json json = to_json(row);
  EXPECT_EQ(json["scheduler"], "work_stealing");
  EXPECT_EQ(json["workload"], "requests");
  EXPECT_EQ(json["tasks"], 100);
  EXPECT_EQ(json["answer"], 42);
  EXPECT_EQ(json["answer_ok"], true);
  EXPECT_EQ(json["makespan_ns"], 1'000'000'000);
  EXPECT_EQ(json["tasks_per_second"], 100.0);
  EXPECT_EQ(json["steals"], 10);
  EXPECT_EQ(json["locality"], 0.8);
  EXPECT_EQ(json["worker_poll_count"], 100);
  EXPECT_EQ(json["worker_poll_count_per_worker"], Json({50, 50}));
  EXPECT_EQ(json["steal_matrix"], Json({{0, 0}, {10, 0}}));
  EXPECT_EQ(json["wait_p50_ns"], 50);
  EXPECT_EQ(json["sojourn_max_ns"], 200);
  EXPECT_FALSE(json.contains("sojourn_p999_ns"));
  EXPECT_EQ(json["sojourn_histogram"]["counts"].size(),
            json["sojourn_histogram"]["upper_ns"].size());
}

TEST(RowJson, TotalsAreTheSumsOfTheirLists) {
  const Json json = to_json(sample_row("work_stealing", "uts", 2'000, 3));
  int lists = 0;
  for (const auto& [name, list] : json.items()) {
    const std::size_t end = name.find("_per_worker");
    if (end == std::string::npos) continue;
    ++lists;
    std::uint64_t sum = 0;
    for (const Json& value : list) sum += value.get<std::uint64_t>();
    EXPECT_EQ(json[name.substr(0, end)], sum) << name;
    EXPECT_EQ(list.size(), 3u) << name;
  }
  EXPECT_EQ(lists, 5 + static_cast<int>(kOps));
}

TEST(RowJson, WithoutRequestsThereAreNoLatencies) {
  const Json json = to_json(sample_row("event_loop", "fork_join", 10, 1));
  for (const auto& [name, value] : json.items()) {
    EXPECT_FALSE(name.starts_with("wait_") || name.starts_with("sojourn_")) << name;
  }
}

TEST(RowJson, WhatCannotBeDividedIsAbsent) {
  Row row = sample_row("event_loop", "fork_join", 0, 1);
  row.measurement.workers[0].poll_count = 0;
  const Json json = to_json(row);
  EXPECT_FALSE(json.contains("tasks_per_second"));
  EXPECT_FALSE(json.contains("locality"));
  Json object;
  set_finite(object, "x", std::numeric_limits<double>::quiet_NaN());
  set_finite(object, "y", std::numeric_limits<double>::infinity());
  set_finite(object, "z", 1.5);
  EXPECT_EQ(to_line(object), "{\"z\":1.5}");
}

TEST(RowJson, AWrongAnswerKeepsItsFigures) {
  Row row = sample_row("event_loop", "fork_join", 10, 1);
  row.answer_ok = false;
  const Json json = to_json(row);
  EXPECT_EQ(json["error_occurred"], true);
  EXPECT_EQ(json["error_message"], "The answer 42 is wrong.");
  EXPECT_EQ(json["real_time"], 10);
  EXPECT_EQ(json["answer_ok"], false);
}

TEST(RowJson, ARunThatDidNotEndHasNoTimes) {
  const Json json = to_json(failed_row("event_loop", "echo", "no descriptors left"));
  EXPECT_EQ(json["error_message"], "no descriptors left");
  EXPECT_EQ(json["iterations"], 0);
  EXPECT_EQ(json["real_time"], 0);
  EXPECT_FALSE(json.contains("makespan_ns"));
  EXPECT_FALSE(json.contains("answer_ok"));
}

TEST(RowJson, ReadsWhatItWrites) {
  Row row = sample_row("work_stealing:lifo_slot=off", "requests:load=0.5", 123'456'789);
  row.repetitions = 9;
  row.repetition_index = 4;
  row.position = 31;
  row.answer = std::numeric_limits<std::uint64_t>::max();
  row.measurement.remote_schedule_count = 7;
  for (std::uint64_t i = 0; i < kSamplesForP999; ++i) {
    row.sojourn.add(Duration(static_cast<std::int64_t>(i * i)));
  }
  const Json written = to_json(row);
  const Json again = to_json(row_from_json(Json::parse(to_line(written))));
  for (const auto& [name, value] : written.items()) {
    if (name.starts_with("sojourn_") && name.ends_with("_ns")) {
      // These come from the bins, and the largest has lost its exact value.
      const double exact = value.get<double>();
      EXPECT_NEAR(again[name].get<double>(), exact, 0.02 * exact) << name;
      continue;
    }
    EXPECT_EQ(again[name], value) << name;
  }
}

TEST(RowJson, ListsThatDoNotFitTogetherAreRefused) {
  const auto error_of = [](const Json& json) -> std::string {
    try {
      static_cast<void>(row_from_json(json));
    } catch (const SpecError& error) {
      return error.what();
    }
    return "none";
  };
  const Json whole = to_json(sample_row("work_stealing", "uts", 1'000));
  ASSERT_EQ(error_of(whole), "none");
  for (const std::string_view matrix : {"[[1,2]]", "[[1,2],[3]]", "[[],[]]"}) {
    Json json = whole;
    json["steal_matrix"] = Json::parse(matrix);
    EXPECT_EQ(error_of(json), "\"steal_matrix\" is not square: the row's lists name 2 workers");
  }
  Json json = whole;
  json["worker_steal_count_per_worker"] = Json::parse("[1, 2, 3]");
  EXPECT_EQ(error_of(json), "\"worker_steal_count_per_worker\" has 3 numbers, other lists have 2");
}

TEST(RowJson, ANumberThatItsFieldCannotHoldIsRefused) {
  Json json = to_json(sample_row("work_stealing", "uts", 1'000));
  json["costs"] = "zero";
  for (const char* const cpus : {"-9.3e19", "4294967296", "-1", "1.5"}) {
    json["cpus"] = Json::parse(cpus);
    EXPECT_THROW(static_cast<void>(row_from_json(json)), SpecError) << cpus;
  }
  json["cpus"] = 4;
  EXPECT_EQ(row_from_json(json).cpus, 4u);
}

TEST(RowJson, ReadsARunThatDidNotEnd) {
  const Row row = row_from_json(to_json(failed_row("event_loop", "echo", "why")));
  EXPECT_TRUE(row.failed());
  EXPECT_EQ(row.error, "why");
}

TEST(RowJson, SaysWhatIsMissingOrWrong) {
  Json json = to_json(sample_row("event_loop", "uts", 10, 1));
  json.erase("seed");
  try {
    row_from_json(json);
    FAIL() << "a row without a seed was taken";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("\"seed\""), std::string::npos);
  }
  json["seed"] = "one";
  EXPECT_THROW(row_from_json(json), SpecError);
  EXPECT_THROW(row_from_json(Json::array()), SpecError);
}

TEST(RowJson, EverySingleValueHasItsColumn) {
  Row row = sample_row("work_stealing", "requests", 1'000);
  row.sojourn.add(Duration(5));
  const std::vector<std::string>& columns = scalar_fields();
  const Json json = to_json(row);
  for (const auto& [name, value] : json.items()) {
    const bool listed = std::ranges::find(columns, name) != columns.end();
    EXPECT_EQ(listed, value.is_primitive()) << name;
  }
}

TEST(RowJson, CountersAreNumbersThatGoogleBenchmarkDoesNotWriteItself) {
  const auto counters = counters_of(sample_row("work_stealing", "uts", 1'000));
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(counters, [&](const auto& entry) { return entry.first == name; });
  };
  EXPECT_TRUE(has("steals"));
  EXPECT_TRUE(has("locality"));
  EXPECT_TRUE(has("worker_park_count"));
  EXPECT_FALSE(has("real_time"));
  EXPECT_FALSE(has("scheduler"));
}

}  // namespace
}  // namespace loopsteal
