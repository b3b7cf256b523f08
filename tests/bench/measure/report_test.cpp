// Rows side by side, as a table.
#include "bench/measure/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/measure/report_text.hpp"
#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

using loopsteal::testing::failed_row;
using loopsteal::testing::sample_row;
using ::testing::HasSubstr;
using ::testing::Not;

// Nine runs around `makespan_ns`, within two percent of it.
void add_runs(std::vector<Row>& rows, const std::string& scheduler, const std::string& workload,
              std::int64_t makespan_ns, const std::string& shape = "balanced") {
  for (std::int64_t i = -4; i <= 4; ++i) {
    rows.push_back(sample_row(scheduler, workload, makespan_ns + i * makespan_ns / 200,
                              scheduler == "event_loop" ? 1 : 2));
    rows.back().shape = shape;
  }
}

std::vector<Row> typical_rows() {
  std::vector<Row> rows;
  add_runs(rows, "work_stealing", "fork_join", 1'010'000);
  add_runs(rows, "event_loop", "fork_join", 1'000'000);
  add_runs(rows, "work_stealing", "hot_shard", 500'000, "imbalanced");
  add_runs(rows, "event_loop", "hot_shard", 1'000'000, "imbalanced");
  return rows;
}

const std::vector<std::string> kSchedulers = {"event_loop", "work_stealing"};
const std::vector<std::string> kWorkloads = {"fork_join", "hot_shard"};

TEST(Report, PutsRepetitionsIntoLinesInTheOrderAskedFor) {
  const Report report = make_report(typical_rows(), kWorkloads, kSchedulers, 1);
  ASSERT_EQ(report.tables.size(), 2u);
  EXPECT_EQ(report.tables[0].workload_spec, "fork_join");
  ASSERT_EQ(report.tables[0].lines.size(), 2u);
  EXPECT_EQ(report.tables[0].lines[0].scheduler_spec, "event_loop");
  EXPECT_EQ(report.tables[0].lines[0].runs, 9u);
  EXPECT_EQ(report.tables[0].lines[0].time_ns, 1'000'000);
  EXPECT_EQ(report.tables[0].lines[1].locality, 0.8);
  EXPECT_EQ(report.baseline, "event_loop");
}

TEST(Report, SpeedIsTheTimeOfTheBaselineOverOurs) {
  const Report report = make_report(typical_rows(), kWorkloads, kSchedulers, 1);
  const ReportLine& stealing = report.tables[1].lines[1];
  ASSERT_TRUE(stealing.speed.has_value());
  EXPECT_EQ(stealing.speed->verdict, Verdict::higher);
  EXPECT_NEAR(stealing.speed->ratio.value, 2.0, 0.01);
  EXPECT_FALSE(report.tables[1].lines[0].speed.has_value());
  EXPECT_EQ(report.tables[0].lines[1].speed->verdict, Verdict::tie);
}

TEST(Report, WithoutEventLoopTheFirstSchedulerIsTheBaseline) {
  std::vector<Row> rows;
  add_runs(rows, "work_stealing:steal=one", "uts", 100'000);
  add_runs(rows, "work_stealing", "uts", 90'000);
  const Report report = make_report(rows, {}, {}, 1);
  EXPECT_EQ(report.baseline, "work_stealing:steal=one");
}

TEST(Report, WhereThereAreRequestsTheTailDecides) {
  std::vector<Row> rows;
  add_runs(rows, "event_loop", "requests", 1'000'000);
  add_runs(rows, "work_stealing", "requests", 1'000'000);
  for (Row& row : rows) {
    const std::int64_t sojourn_ns = row.scheduler == "event_loop" ? 40'000 : 10'000;
    for (int i = 0; i < 200; ++i) row.sojourn.add(Duration(sojourn_ns + i));
  }
  const Report report = make_report(rows, {}, {}, 1);
  const ReportLine& stealing = report.tables[0].lines[1];
  EXPECT_EQ(stealing.speed->verdict, Verdict::tie);
  EXPECT_EQ(stealing.deciding()->verdict, Verdict::higher);
  EXPECT_NEAR(stealing.deciding()->ratio.value, 4, 0.1);
  EXPECT_EQ(stealing.sojourn.count(), 1'800u);
  const std::string text = render(report, TableStyle::text, false);
  EXPECT_THAT(text, HasSubstr("p99 sojourn"));
  EXPECT_THAT(text, HasSubstr("x lower ["));
}

TEST(Report, FailuresStandBelowTheTable) {
  std::vector<Row> rows = typical_rows();
  rows[0].answer_ok = false;
  rows.push_back(failed_row("onetbb", "hot_shard", "no threads left"));
  rows.push_back(failed_row("onetbb", "hot_shard", "no threads left"));
  const Report report = make_report(rows, kWorkloads, kSchedulers, 1);
  const std::string text = render(report, TableStyle::text, false);
  EXPECT_THAT(text, HasSubstr("FAILED work_stealing: 1 of 9 answers wrong."));
  EXPECT_THAT(text, HasSubstr("FAILED onetbb: no threads left"));
  EXPECT_EQ(report.tables[1].lines[2].errors.size(), 1u);
}

TEST(ReportText, ATieIsCalledATie) {
  const std::string text =
      render(make_report(typical_rows(), kWorkloads, kSchedulers, 1), TableStyle::text, false);
  EXPECT_THAT(text, HasSubstr("fork_join (balanced, small size)"));
  EXPECT_THAT(text, HasSubstr("tie ["));
  EXPECT_THAT(text, HasSubstr("2.00x as fast ["));
  EXPECT_THAT(text, HasSubstr("baseline"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ReportText, ColoursOnlyWhenAsked) {
  const Report report = make_report(typical_rows(), kWorkloads, kSchedulers, 1);
  EXPECT_THAT(render(report, TableStyle::text, true), HasSubstr("\x1b[32m"));
  EXPECT_THAT(render(report, TableStyle::markdown, true), Not(HasSubstr("\x1b")));
}

TEST(ReportText, MarkdownHasAHeadAndTheSameNumbers) {
  const std::string text =
      render(make_report(typical_rows(), kWorkloads, kSchedulers, 1), TableStyle::markdown, false);
  EXPECT_THAT(text, HasSubstr("### hot_shard"));
  EXPECT_THAT(text, HasSubstr("| scheduler"));
  EXPECT_THAT(text, HasSubstr("| ----"));
  EXPECT_THAT(text, HasSubstr("p value"));
  EXPECT_THAT(text, HasSubstr("2.00x as fast ["));
}

}  // namespace
}  // namespace loopsteal
