// Like is compared with like: one clock, one cost model, one number of workers.
#include "bench/report/verdicts.hpp"

#include <gmock/gmock.h>

#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

std::vector<Row> repeated(const std::string& scheduler, std::int64_t makespan_ns,
                          std::uint32_t workers, const std::string& machine = "threads") {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 5; ++i) {
    rows.push_back(testing::sample_row(scheduler, "uts", makespan_ns + i, workers));
    rows.back().machine = machine;
  }
  return rows;
}

std::vector<Row> joined(std::initializer_list<std::vector<Row>> parts) {
  std::vector<Row> all;
  for (const std::vector<Row>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(Verdicts, TheFasterOneIsCalledFaster) {
  const auto groups =
      verdicts_of(joined({repeated("event_loop", 4000, 1), repeated("work_stealing", 2000, 2)}));
  ASSERT_EQ(groups.size(), 1U);
  const Json json = to_json(groups[0], 3);
  EXPECT_EQ(json["source"], 3);
  EXPECT_EQ(json["clock"], "real");
  EXPECT_EQ(json["baseline"], "event_loop");
  ASSERT_EQ(json["lines"].size(), 2U);
  EXPECT_EQ(json["lines"][0]["verdict"], "baseline");
  EXPECT_EQ(json["lines"][1]["verdict"], "higher");
  EXPECT_NEAR(json["lines"][1]["ratio"]["value"].get<double>(), 2, 0.01);
  EXPECT_EQ(json["lines"][1]["words"], "2.00x as fast [2.00, 2.00]");
  EXPECT_TRUE(json["lines"][0]["words"].is_null());
  EXPECT_EQ(json["lines"][1]["exact"], "");
}

TEST(Verdicts, OneAndTheSameRunHasNoInterval) {
  std::vector<Row> rows;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    rows.push_back(testing::virtual_row("event_loop", "dag:file=g.json", 4000, seed, 5, 1));
    rows.push_back(testing::virtual_row("work_stealing", "dag:file=g.json", 2000, seed, 6));
  }
  const auto groups = verdicts_of(rows);
  ASSERT_EQ(groups.size(), 1U);
  const Json line = to_json(groups[0], 0)["lines"][1];
  EXPECT_EQ(line["verdict"], "higher");
  EXPECT_EQ(line["exact"], "exact for this graph");
  EXPECT_EQ(line["words"], "2.00x as fast (exact)");
  EXPECT_EQ(line["ratio"]["value"], 2.0);
  EXPECT_TRUE(line["ratio"]["low"].is_null());
}

TEST(Verdicts, RealAndVirtualTimeAreNeverCompared) {
  EXPECT_TRUE(verdicts_of(joined({repeated("event_loop", 4000, 1, "threads"),
                                  repeated("work_stealing", 2000, 2, "sim")}))
                  .empty());
  const auto groups = verdicts_of(
      joined({repeated("event_loop", 4000, 1), repeated("work_stealing", 2000, 2),
              repeated("event_loop", 9000, 1, "sim"), repeated("work_stealing", 1000, 2, "sim")}));
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].machine, "threads");
  EXPECT_EQ(groups[1].machine, "sim");
}

TEST(Verdicts, EachNumberOfWorkersStandsForItself) {
  const auto groups =
      verdicts_of(joined({repeated("event_loop", 4000, 1), repeated("work_stealing", 2000, 2),
                          repeated("work_stealing", 1000, 4), repeated("shared_queue", 3000, 4)}));
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(to_json(groups[0], 0)["lines"].size(), 2U);
  EXPECT_EQ(to_json(groups[1], 0)["lines"].size(), 3U);
}

TEST(Verdicts, WhatFailedIsNoTie) {
  std::vector<Row> rows = repeated("event_loop", 4000, 1);
  rows.push_back(testing::failed_row("work_stealing", "uts", "out of memory"));
  rows.push_back(testing::sample_row("shared_queue", "uts", 2000));
  const auto groups = verdicts_of(rows);
  ASSERT_EQ(groups.size(), 1U);
  const Json json = to_json(groups[0], 0);
  EXPECT_EQ(json["lines"][1]["verdict"], "failed");
  EXPECT_EQ(json["lines"][1]["error"], "out of memory");
  EXPECT_TRUE(json["lines"][1]["ratio"].is_null());
  EXPECT_EQ(json["lines"][2]["verdict"], "undecided");
}

TEST(Verdicts, OneSchedulerAloneIsNoComparison) {
  EXPECT_TRUE(verdicts_of(repeated("work_stealing", 2000, 2)).empty());
}

}  // namespace
}  // namespace loopsteal
