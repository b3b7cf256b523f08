// Makespans that are known exactly, or between exact bounds.
#include <fmt/format.h>

#include "bench/checks/check.hpp"
#include "bench/theory/greedy.hpp"

namespace loopsteal::checks {
namespace {

Interval makespan(Workbench& bench, std::string_view scheduler, const std::string& workload,
                  WorkerId workers, Duration unit) {
  Point point = virtual_point(scheduler, workload, workers);
  point.seed = bench.seed_of(0);
  return known(static_cast<double>(bench.run(point).measurement.makespan.count()) /
               static_cast<double>(unit.count()));
}

// List scheduling in the order of the file, which "dag" does under any scheduler: a free worker
// begins the first ready job. With more workers, shorter jobs or less precedence it takes longer.
Check graham() {
  return {.id = "G17",
          .what = "Graham's instances",
          .parameters = "dag of examples, under shared_queue",
          .quick = true,
          .targets = {exactly("m=3", 12), exactly("m=4", 15), exactly("m=3, all shorter by 1", 13),
                      exactly("m=3, less precedence", 16), exactly("worst case of lists, m=8", 15),
                      exactly("longest first, m=4", 15)},
          .run = [](Workbench& bench) {
            const auto of = [&bench](std::string_view name, WorkerId workers) {
              return makespan(bench, "shared_queue",
                              fmt::format("dag:file={}/{}.json", bench.options().examples, name),
                              workers, std::chrono::microseconds(1));
            };
            return std::vector{of("graham", 3),         of("graham", 4),
                               of("graham_shorter", 3), of("graham_relaxed", 3),
                               of("list_worst_8", 8),   of("longest_first_4", 4)};
          }};
}

// T3 has 4112897 nodes and depth 1572; every node takes one unit.
constexpr std::uint64_t kT3Nodes = 4112897;
constexpr std::uint64_t kT3Levels = 1573;
constexpr WorkerId kGreedyWorkers[] = {16, 256, 4096, 10000};

Check greedy() {
  Check check{.id = "G19",
              .what = "bounds of greedy schedules",
              .parameters = "uts T3 unit cost, work_stealing without costs",
              .run = [](Workbench& bench) {
                std::vector<Interval> all(std::size(kGreedyWorkers));
                bench.each(std::size(kGreedyWorkers), [&](std::uint32_t i) {
                  all[i] = makespan(bench, "work_stealing:lifo_slot=off,local_order=lifo",
                                    "uts:tree=T3,node_work=1us", kGreedyWorkers[i],
                                    std::chrono::microseconds(1));
                });
                return all;
              }};
  for (const WorkerId workers : kGreedyWorkers) {
    const theory::MakespanBounds bounds = theory::greedy_bounds(kT3Nodes, kT3Levels, workers);
    check.targets.push_back(inside(fmt::format("P={}", workers), bounds.lower, bounds.upper));
  }
  return check;
}

}  // namespace

std::vector<Check> makespan_checks() { return {graham(), greedy()}; }

}  // namespace loopsteal::checks
