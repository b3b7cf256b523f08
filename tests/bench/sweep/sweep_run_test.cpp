// A plan that is measured in pieces, on many threads, and by halves gives the same merged file.
#include "bench/sweep/sweep_run.hpp"

#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>

#include "bench/measure/results_file.hpp"
#include "bench/sweep/grid.hpp"
#include "bench/sweep/sweep_merge.hpp"
#include "tests/bench/sweep/folder.hpp"

namespace loopsteal {
namespace {

class TextOutput final : public Output {
 public:
  void write(std::string_view more) override { text += more; }
  void commit() override {}
  std::string text;
};

const WorkloadCatalog& catalog() {
  static const WorkloadCatalog kCatalog = built_in_workloads();
  return kCatalog;
}

// Points with a precision, single runs, repetitions and a search.
SweepPlan sample_plan() {
  auto points = read_grid(R"(
size = "small"
workers = [1, 3]
scheduler = ["shared_queue", "work_stealing"]
[[grid]]
workload = ["fork_join", {name = "requests", load = [0.3, 0.6]}]
repetitions = 2
[[grid]]
workload = {name = "requests", load = 0.5}
precision = "20%"
requests = 300
[[grid]]
workload = {name = "requests", count = 4000}
slo = "p50<=20us"
slo-width = 0.05
)",
                          "g.toml", {.workloads = catalog()});
  return plan_sweep(std::move(points), {{"schema", "loopsteal.run/1"}, {"seed", 1}}, catalog());
}

class SweepRunTest : public ::testing::Test {
 protected:
  std::size_t run(
      const std::string& name, const Shard& shard = {}, unsigned threads = 1,
      const std::function<bool()>& stop = [] { return false; }) {
    SweepRun run(plan_, catalog(),
                 {.folder = folder_ / name,
                  .shard = shard,
                  .threads = threads,
                  .progress = ProgressMode::none,
                  .context = {{"host_name", "here"}}});
    run.run(stop);
    return run.left();
  }

  MergedSweep merged(const std::string& name) const {
    return merge(plan_, read_shards(folder_ / name));
  }

  std::string bytes(const std::string& name) const {
    TextOutput output;
    write_merged(merged(name), output);
    return output.text;
  }

  const testing::Folder folder_;
  const SweepPlan plan_ = sample_plan();
};

TEST_F(SweepRunTest, TheNumberOfThreadsChangesNothing) {
  run("1");
  EXPECT_EQ(merged("1").rows.size(), plan_.entries.size());
  EXPECT_EQ(merged("1").failed + merged("1").wrong + merged("1").unmet, 0u);
  for (const unsigned threads : {2u, 8u, 64u}) {
    const std::string name = std::to_string(threads);
    run(name, {}, threads);
    EXPECT_EQ(bytes(name), bytes("1")) << threads;
  }
}

TEST_F(SweepRunTest, ShardsAreTheWholeInAnyOrder) {
  run("whole");
  std::size_t measured = 0;
  for (const std::size_t index : {3, 1, 2}) measured += run("split", {index, 3}, 2);
  EXPECT_EQ(measured, plan_.entries.size());
  EXPECT_EQ(read_shards(folder_ / "split").size(), 3u);
  EXPECT_EQ(bytes("split"), bytes("whole"));
}

TEST_F(SweepRunTest, GoesOnWhereItWasStopped) {
  run("whole");
  std::size_t left = plan_.entries.size();
  int rounds = 0;
  while (left > 0) {
    std::atomic<int> asked = 0;
    run("pieces", {}, 2, [&] { return ++asked > 60; });
    const std::size_t missing = merged("pieces").missing;
    ASSERT_LT(missing, left) << "each piece brings something";
    left = missing;
    ++rounds;
  }
  EXPECT_GT(rounds, 1) << "it was never stopped";
  EXPECT_EQ(run("pieces"), 0u) << "a measured point is not measured again";
  EXPECT_EQ(bytes("pieces"), bytes("whole"));
}

TEST_F(SweepRunTest, RowsStandInTheOrderOfThePlan) {
  run("it", {}, 8);
  const MergedSweep sweep = merged("it");
  for (std::size_t i = 0; i < sweep.rows.size(); ++i) {
    EXPECT_EQ(sweep.rows[i][kPointIdField], plan_.entries[i].id);
    EXPECT_EQ(sweep.rows[i]["position"], i);
    EXPECT_EQ(sweep.rows[i]["cpu_time"], 0);
  }
  EXPECT_EQ(sweep.context["cpu_time_kept"], false);
}

TEST_F(SweepRunTest, APlanReadsBackAsItWas) {
  const std::string path = folder_ / "plan.json";
  const auto output = open_output(path);
  write_plan(plan_, *output);
  output->commit();
  const SweepPlan again = read_plan(path, catalog());
  EXPECT_TRUE(same_points(again, plan_));
  EXPECT_EQ(again.context, plan_.context);
}

TEST_F(SweepRunTest, PointsOnTheSameWorkloadMeetTheSameRequests) {
  auto points = read_grid(R"(
scheduler = ["sharded_loops", "shared_queue"]
workload = {name = "requests", load = [0.5, 0.8]}
workers = 4
precision = "5%"
)",
                          "g.toml", {.workloads = catalog()});
  const SweepPlan plan = plan_sweep(std::move(points), {}, catalog());
  ASSERT_EQ(plan.entries.size(), 4u);
  EXPECT_GT(plan.entries[0].planned.point.requests, 0u);
  EXPECT_EQ(plan.entries[0].planned.point.requests, plan.entries[1].planned.point.requests);
  EXPECT_GT(plan.entries[2].planned.point.requests, plan.entries[0].planned.point.requests);
}

// --- What merging refuses ---

class Merge : public ::testing::Test {
 protected:
  Json row(std::size_t entry, const std::string& machine = "sim") const {
    return {{"name", "a point"}, {"machine", machine}, {"makespan_ns", 7},
            {"cpu_time", 5},     {"answer_ok", true},  {kPointIdField, plan_.entries[entry].id}};
  }
  static ShardRows shard(const std::string& host, std::vector<Json> rows) {
    return {.path = host, .context = {{"host_name", host}}, .rows = std::move(rows)};
  }
  const SweepPlan plan_ = sample_plan();
};

TEST_F(Merge, TheTimeTheSimulationTookMayDiffer) {
  Json again = row(0);
  again["cpu_time"] = 99;
  EXPECT_EQ(merge(plan_, {shard("a", {row(0)}), shard("b", {again})}).rows.size(), 1u);
}

TEST_F(Merge, RowsOfOnePointThatDifferAreRefused) {
  Json again = row(0);
  again["makespan_ns"] = 8;
  EXPECT_THROW(static_cast<void>(merge(plan_, {shard("a", {row(0)}), shard("b", {again})})),
               ResultsError);
}

TEST_F(Merge, RealRowsOfUnlikeMachinesAreRefused) {
  EXPECT_EQ(merge(plan_, {shard("a", {row(0, "threads"), row(1, "threads")})}).context["host_name"],
            "a");
  EXPECT_THROW(static_cast<void>(merge(
                   plan_, {shard("a", {row(0, "threads")}), shard("b", {row(1, "threads")})})),
               ResultsError);
}

TEST_F(Merge, ARunThatEndedGoesBeforeOneThatDidNot) {
  Json failed = row(0);
  failed.erase("makespan_ns");
  for (const auto& rows : {std::vector{failed, row(0)}, std::vector{row(0), failed}}) {
    const MergedSweep sweep = merge(plan_, {shard("a", rows)});
    EXPECT_EQ(sweep.failed, 0u);
    EXPECT_TRUE(sweep.rows.front().contains("makespan_ns"));
  }
  EXPECT_EQ(merge(plan_, {shard("a", {failed})}).failed, 1u);
}

TEST_F(Merge, RowsOfOtherPlansAreLeftOutAndCounted) {
  Json other = row(0);
  other[kPointIdField] = "0123456789abcdef";
  const MergedSweep sweep = merge(plan_, {shard("a", {other, row(1)})});
  EXPECT_EQ(sweep.strange, 1u);
  EXPECT_EQ(sweep.rows.size(), 1u);
  EXPECT_EQ(sweep.missing, plan_.entries.size() - 1);
}

TEST(Shards, AreWrittenAsPartOfAWhole) {
  EXPECT_EQ(parse_shard("2/3").index, 2u);
  EXPECT_EQ(parse_shard("2/3").of, 3u);
  for (const char* text : {"", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"}) {
    EXPECT_THROW(static_cast<void>(parse_shard(text)), SpecError) << text;
  }
}

}  // namespace
}  // namespace loopsteal
