// Trees and recursions with known node counts: nothing is lost and nothing is done twice.
#include <algorithm>

#include <fmt/format.h>

#include "bench/checks/check.hpp"
#include "workloads/support/uts_tree.hpp"

namespace loopsteal::checks {
namespace {

// Newest first at home, so that only a few of a tree's millions of leaves exist at a time.
constexpr std::string_view kDepthFirst = "work_stealing:lifo_slot=off,local_order=lifo";

std::uint64_t nodes_of(Workbench& bench, std::string_view machine, const std::string& tree) {
  const bool real = machine == "threads";
  Point point = virtual_point(kDepthFirst, "uts:tree=" + tree, real ? 2 : 16);
  point.machine = machine;
  point.seed = bench.seed_of(0);
  return bench.run(point).result.answer;
}

UtsCount walk(std::string_view name) {
  const auto& tree = *std::ranges::find(named_uts_trees(), name, &NamedUtsTree::name);
  return count_serially(UtsTree(tree.parameters));
}

Check uts() {
  return {.id = "G18",
          .what = "counts of unbalanced trees",
          .parameters = "uts T1, T3: 2 threads, 16 virtual workers, one walk",
          .quick = true,
          .targets = {exactly("T1 nodes, threads", 4130071), exactly("T1 nodes, virtual", 4130071),
                      exactly("T1 depth", 10), exactly("T1 leaves", 3305118),
                      exactly("T3 nodes, threads", 4112897), exactly("T3 nodes, virtual", 4112897),
                      exactly("T3 depth", 1572), exactly("T3 leaves", 3599034)},
          .run = [](Workbench& bench) {
            std::vector<Interval> all;
            for (const char* const tree : {"T1", "T3"}) {
              for (const char* const machine : {"threads", "sim"})
                all.push_back(known(static_cast<double>(nodes_of(bench, machine, tree))));
              const UtsCount count = walk(tree);
              all.push_back(known(count.depth));
              all.push_back(known(static_cast<double>(count.leaves)));
            }
            return all;
          }};
}

// Every call takes a nanosecond of virtual time, so the workers' time counts the calls.
RunOutcome recursion(Workbench& bench, const std::string& workload) {
  Point point = virtual_point(kDepthFirst, workload + ",node_work=1ns", 16);
  point.seed = bench.seed_of(0);
  return bench.run(point);
}

Interval calls_of(const RunOutcome& outcome) {
  Duration busy{};
  for (const WorkerStats& worker : outcome.measurement.workers) busy += worker.busy;
  return known(static_cast<double>(busy.count()));
}

Check recursions() {
  return {.id = "G20",
          .what = "counts of recursions",
          .parameters = "fork_join, nqueens, 16 virtual workers",
          .quick = true,
          .targets = {exactly("fib(25) calls", 242785), exactly("fib(30) calls", 2692537),
                      exactly("8 queens solutions", 92), exactly("8 queens nodes", 2057),
                      exactly("9 queens solutions", 352), exactly("9 queens nodes", 8394),
                      exactly("10 queens solutions", 724), exactly("10 queens nodes", 35539),
                      exactly("11 queens solutions", 2680), exactly("11 queens nodes", 166926),
                      exactly("12 queens solutions", 14200), exactly("12 queens nodes", 856189)},
          .run = [](Workbench& bench) {
            std::vector<Interval> all;
            for (const int n : {25, 30})
              all.push_back(calls_of(recursion(bench, fmt::format("fork_join:n={}", n))));
            for (const int n : {8, 9, 10, 11, 12}) {
              const RunOutcome outcome = recursion(bench, fmt::format("nqueens:n={}", n));
              all.push_back(known(static_cast<double>(outcome.result.answer)));
              all.push_back(calls_of(outcome));
            }
            return all;
          }};
}

}  // namespace

std::vector<Check> tree_checks() { return {uts(), recursions()}; }

}  // namespace loopsteal::checks
