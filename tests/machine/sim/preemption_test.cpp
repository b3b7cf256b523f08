// Time slices: in virtual time a job is taken off its worker to the nanosecond.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/machine/sim/sim_invariants.hpp"
#include "sched/machine/sim/time_slices.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Scheduler> make(const std::string& spec, WorkerId workers,
                                const CostModel& costs = {}) {
  return make_scheduler(parse_spec(spec),
                        {.machine = "sim", .workers = workers, .sim = {.costs = costs}});
}

Task<void> compute_for(Scheduler& scheduler, Duration work, TimePoint& end) {
  co_await compute(Work::of(work));
  end = scheduler.now();
}

// ---- Rules --------------------------------------------------------------------------------------

Task<void> two_of_25_ms(Scheduler& scheduler, std::vector<TimePoint>& ends) {
  TaskGroup group(scheduler);
  for (TimePoint& end : ends) group.spawn(compute_for(scheduler, 25ms, end));
  co_await group.join();
}

std::vector<TimePoint> ends_of_two(const std::string& spec) {
  std::vector<TimePoint> ends(2);
  const auto scheduler = make(spec, 1);
  scheduler->run(two_of_25_ms(*scheduler, ends));
  std::sort(ends.begin(), ends.end());
  return ends;
}

TEST(Preemption, JobsTakeTurnsOfASlice) {
  EXPECT_EQ(ends_of_two("work_stealing:preempt=10ms"),
            (std::vector{TimePoint(45ms), TimePoint(50ms)}));
  EXPECT_EQ(ends_of_two("work_stealing:preempt=25ns,global_queue_interval=1").back(),
            TimePoint(50ms));
}

TEST(Preemption, ThereIsNoneByDefault) {
  for (const char* const spec : {"work_stealing", "work_stealing:preset=tokio-1.24",
                                 "work_stealing:preset=rayon", "shared_queue", "event_loop"})
    EXPECT_EQ(ends_of_two(spec), (std::vector{TimePoint(25ms), TimePoint(50ms)})) << spec;
}

Task<void> compute_in_pieces(Scheduler& scheduler, std::vector<TimePoint>& ends) {
  for (int i = 0; i < 4; ++i) {
    co_await compute(Work::of(6ms));
    ends.push_back(scheduler.now());
  }
}

Task<void> pieces_and_one(Scheduler& scheduler, std::vector<TimePoint>& ends, TimePoint& other) {
  TaskGroup group(scheduler);
  group.spawn(compute_for(scheduler, 1ms, other));
  group.spawn(compute_in_pieces(scheduler, ends));
  co_await group.join();
}

// The piece that begins after 6 ms is cut after 4, and a slice that is used up leaves none.
TEST(Preemption, ASliceIsThatOfTheJobNotOfOneCompute) {
  std::vector<TimePoint> ends;
  TimePoint other;
  const auto scheduler = make("work_stealing:preempt=10ms", 1);
  scheduler->run(pieces_and_one(*scheduler, ends, other));
  EXPECT_EQ(ends, (std::vector{TimePoint(6ms), TimePoint(13ms), TimePoint(19ms), TimePoint(25ms)}));
  EXPECT_EQ(other, TimePoint(11ms));
}

// ---- go#21053 -----------------------------------------------------------------------------------

Task<void> sleeper_among_hogs(Scheduler& scheduler, TimePoint& main_is_back) {
  std::vector<TimePoint> ends(4);
  TaskGroup hogs(scheduler);
  for (TimePoint& end : ends) hogs.spawn(compute_for(scheduler, 60s, end));
  co_await sleep_for(1s);
  main_is_back = scheduler.now();
  co_await hogs.join();
}

TEST(Preemption, GoReturnsToASleeperAmongTasksThatComputeForAMinute) {
  for (const WorkerId workers : {1u, 2u, 4u}) {
    TimePoint back;
    const auto scheduler = make("work_stealing:preset=go-1.19", workers);
    const Measurement measured = scheduler->run(sleeper_among_hogs(*scheduler, back));
    EXPECT_GE(back, TimePoint(1s)) << workers;
    EXPECT_LE(back, TimePoint(1050ms)) << workers;
    // No work is lost, and none is done twice.
    Duration busy{};
    for (const WorkerStats& worker : measured.workers) busy += worker.busy;
    EXPECT_EQ(busy, 4 * 60s) << workers;
    EXPECT_LT(measured.makespan, 4 * 60s / workers + 1s) << workers;
  }
}

// ---- Costs, observers, other runs ---------------------------------------------------------------

TEST(Preemption, ASliceShorterThanWhatASwitchCostsStillGetsOn) {
  CostModel costs;
  for (const CostEntry& entry : cost_entries()) entry.of(costs) = 1ms;
  std::vector<TimePoint> ends(2);
  const auto scheduler = make("work_stealing:preempt=100us", 3, costs);
  scheduler->run(two_of_25_ms(*scheduler, ends));
  EXPECT_GT(ends.front(), TimePoint(250ms));  // 250 switches of some ms each.
}

TEST(Preemption, WorkOfMillionsOfSlicesIsRefused) {
  const auto error_of = [](Duration work) -> std::string {
    TimePoint end;
    const auto scheduler = make("work_stealing:preempt=1us", 1);
    try {
      scheduler->run(compute_for(*scheduler, work, end));
      return "";
    } catch (const SimError& error) {
      return error.what();
    }
  };
  EXPECT_EQ(error_of(100ms), "");
  EXPECT_EQ(error_of(24h), SimError::kTooManySlices);
}

TEST(TimeSlices, AreTooManyFromAMillionOn) {
  EXPECT_FALSE(TimeSlices::too_many(1s, 1us));
  EXPECT_TRUE(TimeSlices::too_many(1s + 1ms, 1us));
  EXPECT_FALSE(TimeSlices::too_many(1h, 0us));
  EXPECT_FALSE(TimeSlices::too_many(Duration::max(), Duration::max()));
}

TEST(TimeSlices, KeepWhatIsLeft) {
  TimeSlices slices;
  Job job, other;
  EXPECT_EQ(slices.cut(job, 5ms, 5ms), 5ms);
  EXPECT_EQ(slices.rest_of(job), 0ms);
  EXPECT_EQ(slices.cut(job, 5ms, 2ms), 2ms);
  EXPECT_EQ(slices.rest_of(job), 3ms);
  EXPECT_EQ(slices.rest_of(other), 0ms);
  EXPECT_EQ(slices.take_rest_of(job), 3ms);
  EXPECT_EQ(slices.take_rest_of(job), 0ms);
}

// ---- On threads: at the end of a compute --------------------------------------------------------

struct Order {
  int computed = 0;
  int when_other_ran = -1;
};

Task<void> compute_often(Order& order) {
  for (; order.computed < 20; ++order.computed) co_await compute(Work::of(1ms));
}
Task<void> note_when(Order& order) {
  order.when_other_ran = order.computed;
  co_return;
}
Task<void> both(Scheduler& scheduler, Order& order) {
  TaskGroup group(scheduler);
  group.spawn(note_when(order));  // Behind the other, which is in the slot.
  group.spawn(compute_often(order));
  co_await group.join();
}

int computed_before_the_other_ran(const std::string& spec) {
  Order order;
  const auto scheduler = make_scheduler(parse_spec(spec), {.workers = 1});
  scheduler->run(both(*scheduler, order));
  EXPECT_EQ(order.computed, 20);
  return order.when_other_ran;
}

TEST(Preemption, OnThreadsAJobLetsOthersGoFirstOnceItsSliceIsOver) {
  EXPECT_EQ(computed_before_the_other_ran("work_stealing"), 20);
  EXPECT_EQ(computed_before_the_other_ran("work_stealing:preempt=60min"), 20);
  const int before = computed_before_the_other_ran("work_stealing:preempt=2ms");
  EXPECT_GE(before, 1);
  EXPECT_LE(before, 3);  // Two or three of 1 ms each; fewer if the machine is slow.
}

}  // namespace
}  // namespace loopsteal
