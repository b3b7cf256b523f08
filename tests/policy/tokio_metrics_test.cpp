// What Tokio's own tests say of a runtime's metrics (tests/rt_unstable_metrics.rs), asked of whole
// runs. In virtual time nothing is a race: what Tokio's tests bound from below is exact here.
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"
#include "sched/observe/recorder.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

class TokioMetrics : public ::testing::TestWithParam<const char*> {
 protected:
  static Measurement run(Task<void> (*root)(Scheduler&), WorkerId workers,
                         const std::string& more_knobs = "") {
    const auto scheduler = make(workers, more_knobs);
    return scheduler->run(root(*scheduler));
  }
  static std::unique_ptr<Scheduler> make(WorkerId workers, const std::string& more_knobs = "") {
    return make_scheduler(
        parse_spec("work_stealing:preset=" + std::string(GetParam()) + more_knobs),
        {.machine = "sim", .workers = workers});
  }
};
INSTANTIATE_TEST_SUITE_P(, TokioMetrics, ::testing::Values("tokio-1.53", "tokio-1.24"),
                         [](const auto& each) {
                           return std::string(each.param) == "tokio-1.53" ? "Tokio153" : "Tokio124";
                         });

Task<void> nothing() { co_return; }
Task<void> trivial_root(Scheduler&) { co_return; }
Task<void> sleeping_root(Scheduler&) { co_await sleep_for(1ms); }

Task<void> spawn_and_join(Scheduler& scheduler, int count) {
  TaskGroup group(scheduler);
  for (int i = 0; i < count; ++i) group.spawn(nothing());
  co_await group.join();
}

// rt_unstable_metrics.rs: num_workers
TEST_P(TokioMetrics, NumWorkers) { EXPECT_EQ(make(2)->workers(), 2u); }

// rt_unstable_metrics.rs: remote_schedule_count
TEST_P(TokioMetrics, RemoteScheduleCount) {
  EXPECT_EQ(run(trivial_root, 2).remote_schedule_count, 1u);
}

// rt_unstable_metrics.rs: worker_park_count
TEST_P(TokioMetrics, WorkerParkCount) {
  const Measurement measurement = run(sleeping_root, 2);
  for (const WorkerStats& worker : measurement.workers) EXPECT_GE(worker[Op::park], 1u);
}

Task<void> child_beside_a_busy_parent(Scheduler& scheduler) {
  const JoinHandle<void> child = spawn(scheduler, nothing());
  co_await compute(Work::of(1ms));
  co_await child.join();
}

// rt_unstable_metrics.rs: worker_steal_count
TEST_P(TokioMetrics, WorkerStealCount) {
  const Measurement without = run(child_beside_a_busy_parent, 2, ",lifo_slot=off");
  EXPECT_EQ(without.total(Op::stolen_job), 1u);
  EXPECT_EQ(without.total(Op::steal_operation), 1u);
  // From the slot it is not stolen.
  EXPECT_EQ(run(child_beside_a_busy_parent, 2).total(Op::stolen_job), 0u);
}

Task<void> five_one_after_another(Scheduler& scheduler) {
  for (int i = 0; i < 5; ++i) {
    const JoinHandle<void> child = spawn(scheduler, nothing());
    co_await child.join();
  }
}

// rt_unstable_metrics.rs: worker_poll_count_and_time. The root runs on the workers here.
TEST_P(TokioMetrics, WorkerPollCount) {
  const Measurement measurement = run(five_one_after_another, 2);
  std::uint64_t polls = 0;
  for (const WorkerStats& worker : measurement.workers) polls += worker.poll_count;
  EXPECT_EQ(polls, 5u + 6u);
}

Task<void> one_child(Scheduler& scheduler) { co_await spawn_and_join(scheduler, 1); }

// rt_unstable_metrics.rs: worker_local_schedule_count
TEST_P(TokioMetrics, WorkerLocalScheduleCount) {
  const Measurement measurement = run(one_child, 2);
  EXPECT_EQ(measurement.total(Op::push_local), 2u);  // The child, and the root when that ended.
  EXPECT_EQ(measurement.remote_schedule_count, 1u);  // The root.
}

Task<void> spawn_300(Scheduler& scheduler) { co_await spawn_and_join(scheduler, 300); }

// rt_unstable_metrics.rs: worker_overflow_count
TEST_P(TokioMetrics, WorkerOverflowCount) { EXPECT_EQ(run(spawn_300, 1).total(Op::overflow), 1u); }

std::uint64_t sum_of(const std::vector<std::uint64_t>& bins) {
  return std::accumulate(bins.begin(), bins.end(), std::uint64_t{0});
}

// rt_unstable_metrics.rs: schedule_latency_lifo_polls_are_recorded_individually
TEST_P(TokioMetrics, ScheduleLatencyLifoPollsAreRecordedIndividually) {
  Recorder recorder({.delays = true});
  const auto scheduler =
      make_scheduler(parse_spec("work_stealing:preset=" + std::string(GetParam())),
                     {.machine = "sim", .workers = 1, .recorder = &recorder});
  const Measurement measurement = scheduler->run(five_one_after_another(*scheduler));
  EXPECT_GE(measurement.total(Op::lifo_poll), 5u);
  EXPECT_EQ(measurement.workers[0].poll_count, 5u + 6u);
  EXPECT_EQ(sum_of(measurement.schedule_latency_bins), 5u + 6u);
}

// rt_threaded.rs: many_oneshot_futures (a thousand, on several workers, again and again)
TEST_P(TokioMetrics, ManyOneshotFutures) {
  const auto scheduler = make(4);
  for (int round = 0; round < 10; ++round) {
    const Measurement measurement = scheduler->run(spawn_and_join(*scheduler, 1000));
    std::uint64_t polls = 0;
    for (const WorkerStats& worker : measurement.workers) polls += worker.poll_count;
    EXPECT_EQ(polls, 1000u + 2u);
  }
}

}  // namespace
}  // namespace loopsteal
