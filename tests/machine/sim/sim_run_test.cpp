// Whole programs in virtual time, through the catalog: when things happen, to the nanosecond.
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/sync/event.hpp"
#include "sched/machine/sim/sim_invariants.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Scheduler> make(const std::string& spec, WorkerId workers,
                                const CostModel& costs = {}) {
  return make_scheduler(parse_spec(spec),
                        {.machine = "sim", .workers = workers, .sim = {.costs = costs}});
}

CostModel all_cost(Duration each) {
  CostModel costs;
  for (const CostEntry& entry : cost_entries()) entry.of(costs) = each;
  return costs;
}

Task<void> block_for_a_while() { co_await blocking(1ms); }

Task<void> six_blocking_calls(Scheduler& scheduler) {
  TaskGroup calls(scheduler);
  for (int i = 0; i < 6; ++i) calls.spawn(block_for_a_while());
  co_await calls.join();
}

class SimRun : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, SimRun,
                         testing::Values("event_loop", "sharded_loops", "shared_queue",
                                         "work_stealing", "random_stealing"),
                         [](const auto& test) { return std::string(test.param); });

// ---- Verbs --------------------------------------------------------------------------------------

Task<void> each_verb(Scheduler& scheduler, std::vector<Duration>& times) {
  const TimePoint begin = scheduler.now();
  const auto note = [&] { times.push_back(scheduler.now() - begin); };
  co_await compute(Work::of(3us));
  note();
  co_await accounted(Work::of(4us));
  note();
  co_await io(5us);
  note();
  co_await blocking(6us);
  note();
  co_await sleep_for(2ms);
  note();
  co_await outside_until(begin + 3ms);
  note();
  co_await yield();
  note();
}

TEST_P(SimRun, EachVerbTakesItsTimeAndNoMore) {
  const auto scheduler = make(GetParam(), 2);
  EXPECT_TRUE(scheduler->virtual_time());
  EXPECT_EQ(scheduler->now(), TimePoint{});
  std::vector<Duration> times;
  const Measurement measurement = scheduler->run(each_verb(*scheduler, times));
  ASSERT_EQ(times.size(), 7u);
  // asyncio and Tokio look at their timers by the millisecond.
  EXPECT_GE(times[4], 2ms + 18us);
  EXPECT_LE(times[4], 3ms);
  times.erase(times.begin() + 4);
  EXPECT_EQ(times, (std::vector<Duration>{3us, 7us, 12us, 18us, 3ms, 3ms}));
  EXPECT_EQ(measurement.makespan, 3ms);
}

TEST_P(SimRun, ASecondRunGoesOnWhereTheFirstEnded) {
  const auto scheduler = make(GetParam(), 2);
  std::vector<Duration> first, second;
  scheduler->run(each_verb(*scheduler, first));
  EXPECT_EQ(scheduler->now(), TimePoint(3ms));
  const Measurement measurement = scheduler->run(each_verb(*scheduler, second));
  EXPECT_EQ(first.front(), second.front());
  EXPECT_EQ(measurement.makespan, 3ms);
  EXPECT_EQ(scheduler->now(), TimePoint(6ms));
}

Task<void> compute_once() { co_await compute(Work::of(1ms)); }
Task<void> account_once() { co_await accounted(Work::of(1ms)); }

Task<void> compute_side_by_side(Scheduler& scheduler, int tasks, bool account) {
  TaskGroup group(scheduler);
  for (int i = 0; i < tasks; ++i) group.spawn(account ? account_once() : compute_once());
  co_await group.join();
}

TEST_P(SimRun, WorkersComputeSideBySideAndEachOneThingAtATime) {
  for (const bool account : {false, true}) {
    const auto one = make(GetParam(), 1);
    EXPECT_EQ(one->run(compute_side_by_side(*one, 10, account)).makespan, 10ms);
    if (GetParam() == std::string("event_loop")) continue;
    const auto five = make(GetParam(), 5);
    const Duration makespan = five->run(compute_side_by_side(*five, 10, account)).makespan;
    EXPECT_GE(makespan, 2ms);
    EXPECT_LE(makespan, 3ms);  // The last job may sit in a slot that nobody steals from.
  }
}

// ---- Accounts -----------------------------------------------------------------------------------

TEST_P(SimRun, TheTimeOfEachWorkerIsAccountedFor) {
  for (const Duration cost : {0ns, 13ns}) {
    const auto scheduler = make(GetParam(), 3, all_cost(cost));
    const TimePoint begin = scheduler->now();
    const Measurement measurement = scheduler->run(compute_side_by_side(*scheduler, 50, false));
    const Duration end = scheduler->now() - begin;
    Duration busy{};
    for (const WorkerStats& worker : measurement.workers) {
      const Duration sum = worker.busy + worker.searching + worker.parked;
      EXPECT_GE(sum, measurement.makespan);
      EXPECT_LE(sum, end);
      busy += worker.busy;
    }
    if (cost == 0ns) {
      EXPECT_EQ(busy, 50ms);
    } else {
      EXPECT_GT(busy, 50ms);
    }
    ASSERT_TRUE(measurement.virtual_account.has_value());
    EXPECT_NE(measurement.virtual_account->trace_hash, 0u);
    EXPECT_GT(measurement.virtual_account->events, 50u);
  }
}

// ---- Runs that cannot go on ---------------------------------------------------------------------

std::string error_of(Scheduler& scheduler, Task<void> root) {
  try {
    scheduler.run(std::move(root));
    return "";
  } catch (const SimError& error) {
    return error.what();
  }
}

Task<void> wait_for(Event& event) { co_await event.wait(); }

TEST_P(SimRun, AProgramThatWaitsForEverIsToldSo) {
  const auto scheduler = make(GetParam(), 2);
  Event never;
  EXPECT_EQ(error_of(*scheduler, wait_for(never)), SimError::kStuck);
}

Task<void> sleep_for_ever() { co_await sleep_until(kForever); }

TEST_P(SimRun, ASleepForEverWaitsForEver) {
  const auto scheduler = make(GetParam(), 2);
  EXPECT_EQ(error_of(*scheduler, sleep_for_ever()), SimError::kStuck);
}

Task<void> compute_for_ever() {
  for (int i = 0; i < 2; ++i) co_await compute(Work{std::int64_t{1} << 62});
  co_await compute(Work{1});
}

TEST_P(SimRun, WorkOfMoreThanThreeHundredYearsIsAnOverflow) {
  const auto scheduler = make(GetParam(), 2);
  EXPECT_EQ(error_of(*scheduler, compute_for_ever()), SimError::kOverflow);
}

Task<void> fail_after(Duration duration) {
  co_await io(duration);
  throw std::domain_error("from the root");
}

TEST_P(SimRun, WhatEscapesTheRootComesOutAndTheNextRunIsAsGoodAsNew) {
  const auto scheduler = make(GetParam(), 2);
  EXPECT_THROW(scheduler->run(fail_after(2us)), std::domain_error);
  EXPECT_EQ(scheduler->now(), TimePoint(2us));
  EXPECT_EQ(scheduler->run(compute_side_by_side(*scheduler, 1, false)).makespan, 1ms);
}

// ---- Accounted and outside ----------------------------------------------------------------------

Task<void> account_beside(Scheduler& scheduler, Duration& other_ran) {
  TaskGroup group(scheduler);
  group.spawn([](Scheduler& s, Duration& ran) -> Task<void> {
    ran = s.now().time_since_epoch();
    co_return;
  }(scheduler, other_ran));
  co_await accounted(Work::of(8us));
  co_await group.join();
}

TEST_P(SimRun, WhatIsAccountedForHoldsTheWorker) {
  const auto scheduler = make(GetParam(), 1);
  Duration other_ran{};
  scheduler->run(account_beside(*scheduler, other_ran));
  EXPECT_EQ(other_ran, 8us);
}

Task<void> note_arrivals(Scheduler& scheduler, std::vector<Duration>& served) {
  TaskGroup group(scheduler);
  for (int i = 1; i <= 4; ++i) {
    co_await outside_until(TimePoint(i * 10us));
    group.spawn([](Scheduler& s, std::vector<Duration>& log) -> Task<void> {
      log.push_back(s.now().time_since_epoch());
      co_await compute(Work::of(25us));
    }(scheduler, served));
  }
  co_await group.join();
}

// One worker serves one after the other; a client that is late because of that would be no client.
TEST_P(SimRun, ClientsAreNotHeldUpByBusyWorkers) {
  const auto scheduler = make(GetParam(), 1);
  std::vector<Duration> served;
  const Measurement measurement = scheduler->run(note_arrivals(*scheduler, served));
  EXPECT_EQ(served, (std::vector<Duration>{10us, 35us, 60us, 85us}));
  EXPECT_EQ(measurement.makespan, 110us);
  EXPECT_EQ(measurement.remote_schedule_count, 5u);  // The root's submission and the clients'.
}

// asyncio's executor has min(32, CPUs + 4) threads, and one loop has one CPU however many were
// asked for: of six calls the last waits for one of five threads.
TEST(SimBlockingThreads, OneLoopHasTheBlockingPoolOfOneCpu) {
  const auto last_end = [](const std::string& spec, WorkerId workers) {
    const auto scheduler = make(spec, workers);
    return scheduler->run(six_blocking_calls(*scheduler)).makespan;
  };
  EXPECT_EQ(last_end("event_loop", 1), 2ms);
  EXPECT_EQ(last_end("event_loop", 64), 2ms);
  EXPECT_EQ(last_end("event_loop:blocking_threads=6", 64), 1ms);
  EXPECT_EQ(last_end("sharded_loops", 64), 1ms);
}

}  // namespace
}  // namespace loopsteal
