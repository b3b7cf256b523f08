// Virtual runs that make no progress end with a sentence; those that only take long do not.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/random/mix.hpp"
#include "sched/core/sync/event.hpp"
#include "sched/machine/sim/sim_invariants.hpp"
#include "tests/machine/sim/scripted_policy.hpp"
#include "tests/machine/test_job.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

CostModel cost_of(Op op, Duration each) {
  CostModel costs;
  costs.ops[static_cast<std::size_t>(op)] = each;
  return costs;
}

Measurement run(const std::string& spec, WorkerId workers, const CostModel& costs,
                Task<void> (*root)(Scheduler&)) {
  const auto scheduler = make_scheduler(
      parse_spec(spec), {.machine = "sim", .workers = workers, .sim = {.costs = costs}});
  return scheduler->run(root(*scheduler));
}

std::string error_of(const std::string& spec, WorkerId workers, const CostModel& costs,
                     Task<void> (*root)(Scheduler&)) {
  try {
    run(spec, workers, costs, root);
    return "";
  } catch (const NoProgress& error) {
    return error.what();
  }
}

// ---- Policies at fault --------------------------------------------------------------------------

/// A policy that never runs what is ready.
std::string error_of_idlers(const CostModel& costs) {
  NullObserver observer;
  ScriptedPolicy::TestMachine machine(
      {.workers = 3, .reactors = Reactors::shared, .costs = costs}, [](Job&) {}, observer);
  ScriptedPolicy policy(machine);
  TestJob job([] {});
  policy.decide = [&](WorkerId w) {
    machine.charge(w, Op::steal_attempt, 1);
    return Step::look_again();
  };
  try {
    machine.run(policy, [&] { policy.submit(job.job, ReadyCause::spawned); });
    return "";
  } catch (const NoProgress& error) {
    EXPECT_EQ(machine.current(), kNoWorker);
    return error.what();
  }
}

TEST(Progress, APolicyThatNeverRunsWhatIsReadyIsEnded) {
  const std::string error = error_of_idlers(cost_of(Op::steal_attempt, 1us));
  for (const char* const part :
       {"makes no progress", "1 job could have", "worker 0 looks for work", "worker 2 looks"})
    EXPECT_NE(error.find(part), std::string::npos) << error;
}

TEST(Progress, AlsoWhereNoTimePasses) {
  const std::string error = error_of_idlers({});
  EXPECT_NE(error.find("at 0ns of virtual time"), std::string::npos) << error;
}

Task<void> wait_for_nothing(Scheduler&) {
  Event never;
  co_await never.wait();
}

TEST(Progress, WorkersThatSearchForEverThoughNothingIsToComeAreEnded) {
  const std::string error = error_of("random_stealing:preset=probing", 4,
                                     cost_of(Op::steal_attempt, 1us), wait_for_nothing);
  EXPECT_EQ(error.rfind(SimError::kStuck, 0), 0u) << error;
  EXPECT_NE(error.find("worker 3 looks for work"), std::string::npos) << error;
}

// ---- Policies that were at fault ----------------------------------------------------------------

Task<void> work_for(Work work) { co_await compute(work); }

/// Jobs that come from outside, go to random workers, and are short compared with a steal.
Task<void> requests(Scheduler& scheduler) {
  TaskGroup group(scheduler);
  TimePoint arrival = scheduler.now();
  for (std::uint64_t i = 0; i < 300; ++i) {
    arrival += Duration(mix64(i) % 20'000);
    co_await outside_until(arrival);
    group.spawn(work_for(Work{static_cast<std::int64_t>(mix64(i + 1'000) % 40'000)}));
  }
  co_await group.join();
}

TEST(Progress, ThievesThatWaitForJobsDoNotWakeEachOtherForEver) {
  for (const char* const more :
       {"", ",steal=all", ",steal=one", ",transfer=exp", ",victim=random", ",park=on"}) {
    for (const char* const latency : {"1us", "10us", "1ms"}) {
      const std::string spec =
          std::string("random_stealing:preset=probing,transfer_latency=") + latency + more;
      for (const Op op : {Op::steal_attempt, Op::steal_operation, Op::stolen_job, Op::unpark}) {
        EXPECT_EQ(error_of(spec, 4, cost_of(op, 10us), requests), "") << spec;
        EXPECT_EQ(error_of(spec, 4, cost_of(op, 1ms), requests), "") << spec;
      }
    }
  }
}

TEST(Progress, AJobThatNoThiefMayTakeWakesNoThief) {
  for (const char* const more : {"", ",local_order=lifo", ",local_order=random", ",searchers=1",
                                 ",victim=random", ",park=off,searchers=all"})
    EXPECT_EQ(error_of(std::string("random_stealing:steal=half_floor") + more, 4,
                       cost_of(Op::stolen_job, 10us), requests),
              "")
        << more;
}

// ---- Runs that only take long -------------------------------------------------------------------

Task<void> sleep_and_compute(Scheduler&) {
  for (int i = 0; i < 20; ++i) {
    co_await sleep_for(50ms);
    co_await compute(Work::of(1ms));
  }
}

TEST(Progress, TimersMayBeFarApartWhileWorkersSearch) {
  EXPECT_EQ(error_of("random_stealing:preset=probing", 3, cost_of(Op::steal_attempt, 1us),
                     sleep_and_compute),
            "");
}

Task<void> io_and_blocking(Scheduler&) {
  co_await io(300ms);
  co_await blocking(300ms);
  co_await outside_until(TimePoint(1s));
}

TEST(Progress, RequestsCallsAndClientsMayBeFarAway) {
  EXPECT_EQ(error_of("random_stealing:preset=probing", 3, cost_of(Op::steal_attempt, 1us),
                     io_and_blocking),
            "");
}

Task<void> one_long_job(Scheduler& scheduler) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 4; ++i) group.spawn(work_for(Work::of(10ms)));
  co_await group.join();
}

TEST(Progress, TenThousandWorkersMaySearchWhileOneComputes) {
  EXPECT_EQ(error_of("random_stealing:preset=probing", 10'000, cost_of(Op::steal_attempt, 200us),
                     one_long_job),
            "");
}

TEST(Progress, CostsMayBeHuge) {
  CostModel costs;
  for (const CostEntry& entry : cost_entries()) entry.of(costs) = 1h;
  for (const char* const spec : {"event_loop", "sharded_loops", "shared_queue", "work_stealing",
                                 "work_stealing:preset=go-1.19", "work_stealing:preset=rayon"})
    EXPECT_EQ(error_of(spec, 16, costs, requests), "") << spec;
}

TEST(Progress, AttemptsMayBeFarApart) {
  EXPECT_EQ(error_of("random_stealing:preset=mean-field,retry_rate=0.01,transfer_latency=60min", 16,
                     cost_of(Op::steal_attempt, 1us), requests),
            "");
}

}  // namespace
}  // namespace loopsteal
