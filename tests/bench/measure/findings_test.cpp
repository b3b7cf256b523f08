// Sentences on rows made up for them: each word is earned.
#include "bench/measure/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/measure/report_text.hpp"
#include "tests/bench/measure/row_samples.hpp"

namespace loopsteal {
namespace {

using loopsteal::testing::failed_row;
using loopsteal::testing::sample_row;
using loopsteal::testing::virtual_row;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

void set_steals(Row& row, std::uint64_t jobs) {
  row.measurement.workers.back().ops[static_cast<std::size_t>(Op::stolen_job)] = jobs;
}

// Nine runs around `makespan_ns`, within two percent of it. Several workers steal 300 jobs.
void add_runs(std::vector<Row>& rows, const std::string& scheduler, const std::string& workload,
              std::int64_t makespan_ns, const std::string& shape, std::uint32_t workers) {
  for (std::int64_t i = -4; i <= 4; ++i) {
    rows.push_back(sample_row(scheduler, workload, makespan_ns + i * makespan_ns / 200, workers));
    rows.back().shape = shape;
    if (workers > 1) set_steals(rows.back(), 300);
  }
}

// Gives the last nine rows requests with that sojourn.
void add_requests(std::vector<Row>& rows, std::int64_t sojourn_ns) {
  for (std::size_t i = rows.size() - 9; i < rows.size(); ++i) {
    for (int k = 0; k < 200; ++k) rows[i].sojourn.add(Duration(sojourn_ns + k));
  }
}

std::vector<Row> typical_rows() {
  std::vector<Row> rows;
  add_runs(rows, "event_loop", "fork_join", 1'000'000, "balanced", 1);
  add_runs(rows, "work_stealing", "fork_join", 1'010'000, "balanced", 2);
  add_runs(rows, "event_loop", "hot_shard", 1'000'000, "imbalanced", 1);
  add_runs(rows, "work_stealing", "hot_shard", 500'000, "imbalanced", 2);
  return rows;
}

Report report_of(const std::vector<Row>& rows) { return make_report(rows, {}, {}, 1); }

TEST(Findings, CountWinsTiesAndLosses) {
  std::vector<Row> rows = typical_rows();
  add_runs(rows, "event_loop", "uts", 1'000'000, "imbalanced", 1);
  add_runs(rows, "work_stealing", "uts", 1'250'000, "imbalanced", 2);
  EXPECT_THAT(
      findings(report_of(rows)),
      ElementsAre(
          "Balanced work by makespan (1 workload): work_stealing beat event_loop on 0, tied "
          "on 1, lost on 0.",
          "Imbalanced work by makespan (2 workloads): work_stealing beat event_loop on 1, "
          "tied on 0, lost on 1. Largest gain: work_stealing on hot_shard, 2.0x as fast. "
          "Largest loss: work_stealing on uts, 1.2x as slow."));
}

TEST(Findings, NeverMixMakespanAndP99) {
  std::vector<Row> rows = typical_rows();
  add_runs(rows, "event_loop", "requests", 1'000'000, "balanced", 1);
  add_requests(rows, 50'000);
  add_runs(rows, "work_stealing", "requests", 1'000'000, "balanced", 2);
  add_requests(rows, 10'000);
  const std::vector<std::string> said = findings(report_of(rows));
  ASSERT_EQ(said.size(), 3u);
  EXPECT_THAT(said[0], AllOf(HasSubstr("Balanced work by makespan (1 workload)"),
                             Not(HasSubstr("requests"))));
  EXPECT_THAT(said[1], AllOf(HasSubstr("Balanced work by p99 sojourn (1 workload)"),
                             HasSubstr("work_stealing on requests, p99 4.9x lower")));
  EXPECT_THAT(said, Each(AllOf(Not(HasSubstr("average")), Not(HasSubstr("times as good")))));
}

TEST(Findings, CountEverySchedulerAndEveryNumberOfWorkers) {
  std::vector<Row> rows = typical_rows();
  add_runs(rows, "shared_queue", "hot_shard", 1'500'000, "imbalanced", 2);
  add_runs(rows, "work_stealing", "hot_shard", 250'000, "imbalanced", 4);
  EXPECT_THAT(findings(report_of(rows)),
              Contains(HasSubstr("(1 workload), wins/ties/losses against event_loop: work_stealing "
                                 "(2 workers) 1/0/0, shared_queue 0/0/1, work_stealing (4 workers) "
                                 "1/0/0. Largest gain")));
}

TEST(Findings, NothingIsSaidOfWhatFailed) {
  std::vector<Row> rows = typical_rows();
  for (Row& row : rows) {
    if (row.scheduler == "work_stealing") row.answer_ok = false;
  }
  EXPECT_THAT(findings(report_of(rows)), IsEmpty());
}

// ---- Stealing -----------------------------------------------------------------------------------

TEST(Stealing, IsNotCreditedWithWhatParallelismDid) {
  const Report report = report_of(typical_rows());
  EXPECT_THAT(findings(report), Each(Not(HasSubstr("Stealing"))));
  EXPECT_THAT(caveats(report), Contains(AllOf(HasSubstr("1 gain of a scheduler that steals"),
                                              HasSubstr("--scheduler shared_queue"))));
}

TEST(Stealing, IsJudgedAgainstTheControlThatSharesWithoutIt) {
  std::vector<Row> rows = typical_rows();
  // As fast as work_stealing where that beats the loop: so it was not the stealing.
  add_runs(rows, "shared_queue", "hot_shard", 500'000, "imbalanced", 2);
  // Here it was, though the loop is as fast.
  add_runs(rows, "shared_queue", "fork_join", 3'000'000, "balanced", 2);
  const Report report = report_of(rows);
  EXPECT_THAT(
      findings(report),
      Contains("Stealing by makespan (2 workloads with 10 steals a worker or more; the control, "
               "shared_queue, shares jobs without stealing): work_stealing beat shared_queue on 1, "
               "tied on 1, lost on 0. Largest gain: work_stealing on fork_join, 3.0x as fast, 300 "
               "jobs stolen."));
  EXPECT_THAT(caveats(report), Each(Not(HasSubstr("told apart"))));
}

TEST(Stealing, NeedsAsManyWorkersInTheControlAndSteals) {
  std::vector<Row> rows = typical_rows();
  add_runs(rows, "shared_queue", "hot_shard", 900'000, "imbalanced", 4);
  EXPECT_THAT(findings(report_of(rows)), Each(Not(HasSubstr("Stealing"))));
  add_runs(rows, "shared_queue", "hot_shard", 900'000, "imbalanced", 2);
  EXPECT_THAT(findings(report_of(rows)), Contains(HasSubstr("Stealing by makespan")));
  // So few may have been an accident.
  for (Row& row : rows) set_steals(row, row.workers > 1 ? 19 : 0);
  EXPECT_THAT(findings(report_of(rows)), Each(Not(HasSubstr("Stealing"))));
  for (Row& row : rows) set_steals(row, row.workers > 1 ? 20 : 0);
  EXPECT_THAT(findings(report_of(rows)), Contains(HasSubstr("Stealing by makespan")));
}

TEST(Stealing, IsJudgedWhereTheStealingSchedulerIsTheBaseline) {
  std::vector<Row> rows;
  add_runs(rows, "work_stealing", "requests", 1'000'000, "balanced", 2);
  add_requests(rows, 10'000);
  add_runs(rows, "shared_queue", "requests", 1'000'000, "balanced", 2);
  add_requests(rows, 50'000);
  const Report report = report_of(rows);
  EXPECT_EQ(report.baseline, "work_stealing");
  EXPECT_THAT(
      findings(report),
      Contains(AllOf(HasSubstr("Stealing by p99 sojourn (1 workload"),
                     HasSubstr("Largest gain: work_stealing on requests, p99 4.9x lower"))));
}

TEST(Stealing, IsNotWhatOtherSchedulersDifferIn) {
  std::vector<Row> rows;
  add_runs(rows, "shared_queue", "uts", 1'000'000, "imbalanced", 2);
  add_runs(rows, "onetbb", "uts", 100'000, "imbalanced", 2);
  EXPECT_THAT(findings(report_of(rows)), Each(Not(HasSubstr("Stealing"))));
}

// ---- How sure it is -----------------------------------------------------------------------------

TEST(Caveats, SayHowManyRunsAreThereAndNeeded) {
  const std::vector<Row> rows = {sample_row("event_loop", "uts", 20, 1),
                                 sample_row("work_stealing", "uts", 10)};
  const Report report = report_of(rows);
  EXPECT_THAT(findings(report), IsEmpty());
  EXPECT_THAT(caveats(report), ElementsAre("1 comparison has 1 run and needs 3 for a verdict: "
                                           "repeat (--repetitions 3)."));
  EXPECT_THAT(render(report, TableStyle::text, false), HasSubstr("(1 of 3 runs)"));
}

TEST(Caveats, OfNineRunsInVirtualTimeAskForTheTenth) {
  std::vector<Row> rows;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    const auto noise = static_cast<std::int64_t>(seed % 4);
    rows.push_back(virtual_row("event_loop", "uts", 2'000 + noise, seed, seed, 1));
    rows.push_back(virtual_row("work_stealing", "uts", 1'000 + 3 * noise, seed, 50 + seed));
  }
  EXPECT_THAT(caveats(report_of(rows)), ElementsAre("1 comparison has 9 runs and needs 10 for a "
                                                    "verdict: repeat (--repetitions 10)."));
}

TEST(Caveats, CountWhatFailed) {
  std::vector<Row> rows = typical_rows();
  rows[0].answer_ok = false;
  rows.push_back(failed_row("onetbb", "hot_shard", "no threads left"));
  EXPECT_THAT(caveats(report_of(rows)),
              Contains(HasSubstr("2 lines of the table failed and are not counted")));
}

TEST(Caveats, OfAWideTie) {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 5; ++i) {
    rows.push_back(sample_row("event_loop", "uts", 1'000 + 200 * i, 1));
    rows.push_back(sample_row("work_stealing", "uts", 1'100 + 150 * i));
  }
  EXPECT_THAT(caveats(report_of(rows)), Contains(HasSubstr("1 tie could hide a difference")));
}

// ---- One and the same run -----------------------------------------------------------------------

std::vector<Row> replays(std::int64_t theirs_ns, std::int64_t ours_ns, std::uint64_t runs) {
  std::vector<Row> rows;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    for (const bool ours : {false, true}) {
      const std::int64_t sojourn_ns = ours ? ours_ns : theirs_ns;
      rows.push_back(virtual_row(ours ? "work_stealing" : "event_loop", "requests:trace=t.csv",
                                 1'000'000, seed, ours ? 7 : 5, ours ? 2 : 1));
      for (int i = 0; i < 40; ++i) rows.back().sojourn.add(Duration(sojourn_ns));
      // What batch means make of a short trace means nothing.
      Estimates& estimates = rows.back().estimates.emplace();
      estimates.sojourn_mean = Interval{static_cast<double>(sojourn_ns), 1e-9, 20};
      estimates.trustworthy = false;
    }
  }
  return rows;
}

TEST(Exact, RepetitionsThatAreOneRunHaveNoInterval) {
  const Report report = report_of(replays(3'000'000, 1'000'000, 4));
  const std::string text = render(report, TableStyle::text, false);
  EXPECT_THAT(text, HasSubstr("3.00 ms, exact for this trace"));
  EXPECT_THAT(text, HasSubstr("3.00x lower (exact)"));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("±")), Not(HasSubstr("too short")), Not(HasSubstr("["))));
  // Four runs are fewer than an interval by pairs needs, but more than one run says nothing new.
  EXPECT_THAT(caveats(report), Each(Not(HasSubstr("--repetitions"))));
  EXPECT_THAT(findings(report), Contains(HasSubstr("mean sojourn 3.0x lower")));
}

TEST(Exact, EqualNumbersAreTheSameAndNoWideTie) {
  const Report report = report_of(replays(1'000'000, 1'000'000, 10));
  EXPECT_THAT(render(report, TableStyle::text, false), HasSubstr("the same (exact)"));
  EXPECT_THAT(caveats(report), IsEmpty());
}

TEST(Exact, IsNotSaidOfFewRunsOrOfOneSeed) {
  EXPECT_THAT(render(report_of(replays(3'000'000, 1'000'000, 2)), TableStyle::text, false),
              Not(HasSubstr("exact")));
  std::vector<Row> rows = replays(3'000'000, 1'000'000, 5);
  for (Row& row : rows) row.seed = 1;
  EXPECT_THAT(render(report_of(rows), TableStyle::text, false), Not(HasSubstr("exact")));
}

TEST(Exact, IsNotSaidOfRunsThatDiffer) {
  std::vector<Row> rows = replays(3'000'000, 1'000'000, 10);
  for (Row& row : rows) row.measurement.virtual_account->trace_hash += row.seed;
  const std::string text = render(report_of(rows), TableStyle::text, false);
  EXPECT_THAT(text, AllOf(Not(HasSubstr("exact")), HasSubstr("the same in all 10 runs")));
  EXPECT_THAT(text, HasSubstr("3.00x lower [3.00, 3.00]"));
  rows[0].sojourn.add(Duration(4'000'000));
  EXPECT_THAT(render(report_of(rows), TableStyle::text, false), HasSubstr("3.00 ms ±"));
}

TEST(Exact, IsNotSaidOfRealTime) {
  std::vector<Row> rows;
  for (std::uint64_t seed = 1; seed <= 9; ++seed) {
    rows.push_back(sample_row("event_loop", "uts", 2'000, 1));
    rows.push_back(sample_row("work_stealing", "uts", 1'000));
    rows[rows.size() - 1].seed = rows[rows.size() - 2].seed = seed;
  }
  EXPECT_THAT(render(report_of(rows), TableStyle::text, false), Not(HasSubstr("exact")));
}

}  // namespace
}  // namespace loopsteal
