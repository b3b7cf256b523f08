// Every workload of the standard set, at its small size, on every scheduler: the answer is right.
#include <algorithm>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

struct Outcome {
  WorkloadResult result;
  Measurement measurement;
};

Outcome run(std::string_view scheduler_spec, std::string_view workload_spec, WorkerId workers = 2,
            std::uint64_t seed = 1) {
  const auto scheduler = make_scheduler(parse_spec(scheduler_spec), {.workers = workers});
  const auto workload = make_workload(parse_spec(workload_spec),
                                      {.seed = seed, .workers = workers, .size = Size::small});
  Measurement measurement = scheduler->run(workload->root(*scheduler));
  return {workload->result(), std::move(measurement)};
}

std::string as_test_name(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

class WorkloadRun : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(WorkloadRun, GivesTheRightAnswer) {
  const auto& [scheduler, workload] = GetParam();
  const WorkloadResult result = run(scheduler, workload).result;
  EXPECT_TRUE(result.answer_ok) << result.answer;
  EXPECT_GT(result.tasks, 0u);
}

std::vector<std::string> scheduler_names() {
  std::vector<std::string> names;
  for (const SchedulerInfo& info : schedulers()) names.emplace_back(info.name);
  return names;
}

std::vector<std::string> workload_specs() {
  std::vector<std::string> specs;
  for (const std::string_view spec : standard_workloads()) specs.emplace_back(spec);
  return specs;
}

INSTANTIATE_TEST_SUITE_P(All, WorkloadRun,
                         testing::Combine(testing::ValuesIn(scheduler_names()),
                                          testing::ValuesIn(workload_specs())),
                         [](const auto& test) {
                           return as_test_name(std::get<0>(test.param) + "_" +
                                               std::get<1>(test.param));
                         });

// Settings that lead through code the defaults do not.
class WorkloadSetting : public testing::TestWithParam<std::string> {};

TEST_P(WorkloadSetting, GivesTheRightAnswer) {
  for (const std::string_view scheduler : {"event_loop", "sharded_loops", "work_stealing"}) {
    const WorkloadResult result = run(scheduler, GetParam()).result;
    EXPECT_TRUE(result.answer_ok) << scheduler << ": " << result.answer;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, WorkloadSetting,
    testing::Values("requests:arrivals=constant", "requests:arrivals=bursty",
                    "requests:source=inside", "requests:source=inside,load=3",
                    "requests:rate=50000/s", "requests:service=det", "requests:load=3",
                    "uts:leaves=tasks", "uts:leaves=inlined", "uts:depth=4,work=1us",
                    "uts:tree=T3,b0=50,depth=1", "uts:tree=T4,depth=4", "uts:tree=T2,depth=2",
                    "hot_shard:zipf=1.5", "hot_shard:shards=1", "timers:cancelled=1",
                    "timers:cancelled=0", "fork_join:n=0", "fork_join:n=1", "skynet:levels=1",
                    "nqueens:n=3", "pipeline:stages=1,capacity=1",
                    "echo:connections=1,messages=1,bytes=100000", "fan_out:tasks=1,work=0ns",
                    "blocker:every=0ns", "bursts:pause=0ns", "mixed:blocking_every=1,requests=20",
                    "dag:pick=task", "dag:side=1", "dag:side=30,work=0ns",
                    "dag:side=30,work=0ns,pick=task"),
    [](const auto& test) { return as_test_name(test.param); });

TEST(WorkloadResults, OperationsAreCountedAsThePeersCountThem) {
  EXPECT_EQ(run("event_loop", "fork_join:n=10").result.tasks, 177u);
  EXPECT_EQ(run("event_loop", "nqueens:n=8").result.tasks, 2057u);
  EXPECT_EQ(run("event_loop", "skynet:levels=2").result.tasks, 111u);
  EXPECT_EQ(run("event_loop", "yield_many:tasks=3,yields=5,rounds=2").result.tasks, 30u);
  EXPECT_EQ(run("event_loop", "chained_spawn:links=9,rounds=2").result.tasks, 18u);
  EXPECT_EQ(run("event_loop", "pipeline:stages=3,items=7").result.tasks, 21u);
  EXPECT_EQ(run("event_loop", "uts:depth=6").result.tasks, 16000u);
}

TEST(WorkloadResults, AnswersDoNotDependOnTheScheduler) {
  for (const std::string_view workload : {"skynet", "nqueens", "uts", "pipeline", "fork_join"}) {
    const std::uint64_t expected = run("event_loop", workload).result.answer;
    EXPECT_EQ(run("work_stealing", workload).result.answer, expected) << workload;
    EXPECT_EQ(run("shared_queue", workload, 4).result.answer, expected) << workload;
  }
}

TEST(WorkloadResults, EveryRequestLeavesASample) {
  EXPECT_EQ(run("work_stealing", "requests:count=57").result.samples.size(), 57u);
  EXPECT_EQ(run("work_stealing", "bursts:bursts=3,jobs=11").result.samples.size(), 33u);
  EXPECT_EQ(run("work_stealing", "echo:connections=2,messages=5").result.samples.size(), 10u);
  EXPECT_TRUE(run("work_stealing", "skynet").result.samples.empty());
}

// A load is relative to all workers, so that a loop and a pool get the same requests.
TEST(WorkloadResults, TheLastRequestArrivesNoLaterThanTheRunEnds) {
  // 100 requests with 100 us of work at a load of a tenth of one worker: 100 ms of arrivals.
  const Outcome one =
      run("event_loop", "requests:count=100,arrivals=constant,load=0.1,mean=100us", 1);
  EXPECT_GE(one.measurement.makespan, std::chrono::milliseconds(100));
  const Outcome ten =
      run("event_loop", "requests:count=100,arrivals=constant,load=0.1,mean=100us", 10);
  EXPECT_GE(ten.measurement.makespan, std::chrono::milliseconds(10));
  for (const RequestSample& sample : ten.result.samples) EXPECT_GE(sample.sojourn, sample.wait);
}

// Loops that share nothing run the hot shard's jobs one after the other; a thief would show as a
// job run elsewhere. Steals are counted by the scheduler.
TEST(WorkloadResults, AHotShardStaysOnItsLoopUnlessStolenFrom) {
  const Outcome sharded = run("sharded_loops", "hot_shard:hot=1,jobs=300,work=1us");
  EXPECT_EQ(sharded.measurement.total(Op::stolen_job), 0u);
  const auto& workers = sharded.measurement.workers;
  ASSERT_EQ(workers.size(), 2u);
  EXPECT_GE(std::max(workers[0].poll_count, workers[1].poll_count), 300u);
  const Outcome stealing = run("work_stealing", "hot_shard:hot=1,jobs=300,work=100us");
  EXPECT_GT(stealing.measurement.total(Op::stolen_job), 0u);
}

}  // namespace
}  // namespace loopsteal
