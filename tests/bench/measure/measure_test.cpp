// One run of one point on real schedulers, good and bad.
#include "bench/measure/measure.hpp"

#include <filesystem>
#include <fstream>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/measure/output.hpp"
#include "bench/measure/row_json.hpp"
#include "sched/catalog.hpp"
#include "tests/bench/faulty_workloads.hpp"

namespace loopsteal {
namespace {

using ::testing::HasSubstr;

const WorkloadCatalog& catalog() {
  static const WorkloadCatalog kCatalog = testing::workloads_with_faulty_ones();
  return kCatalog;
}

Point point_of(const std::string& scheduler, const std::string& workload) {
  return checked(
      {.scheduler = parse_spec(scheduler), .workload = parse_spec(workload), .workers = 2},
      catalog());
}

TEST(Measure, EverySchedulerAnswersAndAddsUp) {
  for (const SchedulerInfo& info : schedulers()) {
    SCOPED_TRACE(info.name);
    const Row row = measure(point_of(std::string(info.name), "fork_join"), catalog());
    EXPECT_EQ(row.error, "");
    EXPECT_TRUE(row.answer_ok);
    EXPECT_EQ(row.workers, info.one_worker ? 1u : 2u);
    EXPECT_EQ(row.measurement.workers.size(), row.workers);
    EXPECT_GT(row.tasks, 0u);
    EXPECT_GT(row.measurement.makespan, Duration::zero());
    EXPECT_EQ(row.shape, "balanced");
    const auto& matrix = row.measurement.steals;
    EXPECT_EQ(std::accumulate(matrix.begin(), matrix.end(), std::uint64_t{0}), steals_of(row));
    if (info.one_worker) {
      EXPECT_EQ(steals_of(row), 0u);
    }
  }
}

TEST(Measure, RequestsHaveLatencies) {
  const Row row = measure(point_of("work_stealing", "requests"), catalog());
  EXPECT_GT(row.sojourn.count(), 0u);
  EXPECT_EQ(row.sojourn.count(), row.wait.count());
  EXPECT_GE(row.sojourn.max_ns(), row.wait.max_ns());
}

TEST(Measure, AWrongAnswerIsARowThatSaysSo) {
  const Row row = measure(point_of("event_loop", "wrong_answer"), catalog());
  EXPECT_FALSE(row.failed());
  EXPECT_FALSE(row.answer_ok);
  EXPECT_EQ(row.answer, 41u);
}

TEST(Measure, WhatIsThrownIsTheRowsErrorAndTheNextRunIsFine) {
  for (const char* scheduler : {"event_loop", "work_stealing", "shared_queue"}) {
    const Row failed = measure(point_of(scheduler, "throwing"), catalog());
    EXPECT_EQ(failed.error, "the root task gave up");
    EXPECT_TRUE(failed.measurement.workers.empty());
    EXPECT_TRUE(measure(point_of(scheduler, "fork_join"), catalog()).answer_ok);
  }
}

TEST(Measure, TooManyOpenFilesSaysWhatToDo) {
  const Row row = measure(point_of("event_loop", "out_of_files"), catalog());
  EXPECT_THAT(row.error, HasSubstr("ulimit -n"));
}

TEST(Measure, DelaysAreObservedOnlyWhenAsked) {
  Point point = point_of("work_stealing", "fork_join");
  EXPECT_EQ(measure(point, catalog()).schedule_latency.count(), 0u);
  point.observe = Observe::delays;
  const Row row = measure(point, catalog());
  std::uint64_t polls = 0;
  for (const WorkerStats& worker : row.measurement.workers) polls += worker.poll_count;
  EXPECT_EQ(row.schedule_latency.count(), polls);
  EXPECT_TRUE(to_json(row).contains("schedule_latency_p99_ns"));
}

TEST(Measure, OfAForeignSchedulerNothingInsideIsObserved) {
  Point point = point_of("onetbb", "fork_join");
  point.observe = Observe::delays;
  const Row row = measure(point, catalog());
  EXPECT_TRUE(row.answer_ok);
  EXPECT_EQ(row.schedule_latency.count(), 0u);
}

TEST(Measure, WritesATimelineWhereAsked) {
  const std::string path = (std::filesystem::path(::testing::TempDir()) /
                            ("loopsteal_trace_" + std::to_string(::getpid()) + ".json"))
                               .string();
  TraceFile trace{.path = path};
  const Row row = measure(point_of("work_stealing", "fork_join"), catalog(), &trace);
  EXPECT_TRUE(row.answer_ok);
  std::ifstream file(path);
  const Json timeline = Json::parse(file, nullptr, false);
  EXPECT_FALSE(timeline.is_discarded());
  EXPECT_TRUE(timeline.contains("traceEvents"));
  std::filesystem::remove(path);
}

TEST(Measure, ATimelineThatCannotBeWrittenIsAnErrorOfTheOutput) {
  TraceFile trace{.path = "/dev/full"};
  EXPECT_THROW(measure(point_of("work_stealing", "fork_join"), catalog(), &trace), OutputError);
}

TEST(Checked, PutsSpecsIntoCanonicalForm) {
  const Point point = point_of("work_stealing:lifo_slot=off,steal=half", "steady:label=none");
  EXPECT_EQ(to_string(point.workload), "steady");
  EXPECT_EQ(to_string(point.scheduler), "work_stealing:lifo_slot=off");
}

std::string error_of(const std::string& scheduler, const std::string& workload) {
  try {
    point_of(scheduler, workload);
  } catch (const SpecError& error) {
    return error.what();
  }
  return {};
}

TEST(Checked, UnknownNamesOfferTheNearest) {
  EXPECT_THAT(error_of("event_lop", "uts"), HasSubstr("\"event_loop\""));
  EXPECT_THAT(error_of("event_loop", "utz"), HasSubstr("\"uts\""));
  EXPECT_THAT(error_of("work_stealing:lifo_slt=on", "uts"), HasSubstr("\"lifo_slot\""));
  EXPECT_THAT(error_of("event_loop", "requests:lod=0.5"), HasSubstr("\"load\""));
}

TEST(Checked, ValuesOutOfRangeNameTheRange) {
  EXPECT_THAT(error_of("work_stealing:steal_rounds=0", "uts"), HasSubstr("out of range"));
  EXPECT_THAT(error_of("event_loop", "requests:load=0"), HasSubstr("out of range"));
}

TEST(Checked, ContradictionsAreFoundBeforeAnythingRuns) {
  EXPECT_THAT(error_of("event_loop", "contradicting"), HasSubstr("contradict"));
}

}  // namespace
}  // namespace loopsteal
