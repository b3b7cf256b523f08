// Two schedulers of the catalog at equal costs in virtual time: status 0 if their runs are the
// same, event by event.
//   add_scheduler_tie SCHEDULER SCHEDULER
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>

#include "sched/catalog.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

struct Outcome {
  Duration makespan{};
  std::uint64_t trace_hash = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Task<void> work_and_yield(int pieces) {
  for (int i = 0; i < pieces; ++i) {
    co_await compute(Work{1'000 * (1 + i)});
    co_await yield();
  }
  co_await sleep_for(2ms);
}

Task<void> root(Scheduler& scheduler) {
  TaskGroup group(scheduler);
  for (int i = 0; i < 200; ++i) group.spawn(work_and_yield(i % 7));
  co_await group.join();
}

/// Each operation costs something, and each something else, so that a difference shows.
CostModel some_costs() {
  CostModel costs;
  std::int64_t ns = 7;
  for (const CostEntry& entry : cost_entries()) entry.set(costs, Duration(ns += 4));
  return costs;
}

Outcome run(const char* name, WorkerId workers, const CostModel& costs) {
  const auto scheduler = make_scheduler(
      parse_spec(name), {.machine = "sim", .workers = workers, .sim = {.costs = costs}});
  const Measurement measurement = scheduler->run(root(*scheduler));
  return {measurement.makespan, measurement.virtual_account.value().trace_hash};
}

int compare(const char* one, const char* other) {
  for (const WorkerId workers : {1u, 4u}) {
    for (const CostModel& costs : {CostModel{}, some_costs()}) {
      const Outcome a = run(one, workers, costs);
      const Outcome b = run(other, workers, costs);
      std::cout << one << " and " << other << ", " << workers << " workers: " << a.makespan.count()
                << " ns and " << b.makespan.count() << " ns\n";
      if (a != b) return 1;
    }
  }
  std::cout << "a tie\n";
  return 0;
}

}  // namespace
}  // namespace loopsteal

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: add_scheduler_tie SCHEDULER SCHEDULER\n";
    return 2;
  }
  try {
    return loopsteal::compare(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "add_scheduler_tie: " << error.what() << '\n';
    return 2;
  }
}
