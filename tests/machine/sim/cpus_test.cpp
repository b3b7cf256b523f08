// The CPUs of a virtual machine, and what is sized by them: each scheduler's blocking pool.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

Task<void> call() { co_await blocking(1ms); }

Task<void> calls(Scheduler& scheduler, int count) {
  TaskGroup group(scheduler);
  for (int i = 0; i < count; ++i) group.spawn(call(), static_cast<AffinityKey>(i));
  co_await group.join();
}

/// How long `count` blocking calls of 1 ms take that are made at once: in how many rounds.
std::int64_t rounds(const std::string& spec, WorkerId workers, WorkerId cpus, int count) {
  const auto scheduler = make_scheduler(
      parse_spec(spec), {.machine = "sim", .workers = workers, .sim = {.costs = {}, .cpus = cpus}});
  return scheduler->run(calls(*scheduler, count)).makespan / 1ms;
}

TEST(Cpus, AnEventLoopsPoolIsSizedByTheMachine) {
  EXPECT_EQ(rounds("event_loop", 1, 1, 40), 8);    // 5 threads.
  EXPECT_EQ(rounds("event_loop", 1, 16, 40), 2);   // 20.
  EXPECT_EQ(rounds("event_loop", 1, 64, 40), 2);   // 32, as CPython has at most.
  EXPECT_EQ(rounds("event_loop", 16, 16, 40), 2);  // It has one worker whatever is asked.
}

TEST(Cpus, EachLoopHasItsOwnPoolAsEachProcessHas) {
  EXPECT_EQ(rounds("sharded_loops", 4, 4, 32), 1);  // 8 threads for the 8 calls of each loop.
  EXPECT_EQ(rounds("sharded_loops", 4, 4, 64), 2);
  EXPECT_EQ(rounds("sharded_loops", 4, 12, 64), 1);
  EXPECT_EQ(rounds("sharded_loops:blocking_threads=2", 4, 4, 64), 8);
}

TEST(Cpus, PoolsThatWorkersShareAreTokios) {
  for (const char* const spec : {"shared_queue", "work_stealing"}) {
    EXPECT_EQ(rounds(spec, 4, 4, 512), 1) << spec;
    EXPECT_EQ(rounds(spec, 4, 16, 1'024), 2) << spec;
  }
}

TEST(Cpus, WithoutANumberThereIsOneForEachWorker) {
  EXPECT_EQ(rounds("event_loop", 1, 0, 40), 8);
  EXPECT_EQ(rounds("sharded_loops", 4, 0, 32), 1);
}

TEST(Cpus, EachWorkerNeedsOne) {
  try {
    rounds("work_stealing", 4, 3, 1);
    FAIL() << "3 CPUs for 4 workers";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("4 workers need more than 3 CPUs"), std::string::npos);
  }
}

Task<void> compute_among_clients(Scheduler& scheduler) {
  for (int i = 1; i <= 10; ++i) co_await outside_until(scheduler.now() + 1us);
  co_await compute(Work::of(1us));
}

Task<void> busy_loop_and_clients(Scheduler& scheduler) {
  TaskGroup group(scheduler);
  group.spawn(compute_among_clients(scheduler));
  co_await yield();
  co_await compute(Work::of(1ms));
  co_await group.join();
}

// A client's turn takes the CPU of a worker only where there is no other.
TEST(Cpus, ClientsHaveThoseThatNoWorkerHas) {
  const auto makespan = [](WorkerId cpus) {
    CostModel costs;
    costs.client = 100us;
    const auto scheduler = make_scheduler(
        parse_spec("event_loop"), {.machine = "sim", .sim = {.costs = costs, .cpus = cpus}});
    return scheduler->run(busy_loop_and_clients(*scheduler)).makespan;
  };
  EXPECT_GT(makespan(1), makespan(2));
  EXPECT_EQ(makespan(2), makespan(16));
}

}  // namespace
}  // namespace loopsteal
