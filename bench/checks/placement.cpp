// Placement of an arrival: the shorter of two queues.
#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"

namespace loopsteal::checks {
namespace {

constexpr double kLoad = 0.9;

// Little's law: the time average of the jobs at a server.
Estimand jobs_per_server() {
  return [sojourn = mean_sojourn()](const SteadyRun& run) { return kLoad * sojourn(run); };
}

Interval shorter_of_two(Workbench& bench, WorkerId servers) {
  return estimate(bench,
                  {.scheduler = "sharded_loops:placement=jsq",
                   .load = kLoad,
                   .workers = servers,
                   .jobs = 20'000'000,
                   .warm_up = warm_up_of(kLoad, 10)},
                  {jobs_per_server()})
      .front();
}

Check jsq() {
  return {.id = "G13",
          .what = "JSQ(2), jobs per server",
          .parameters = "sharded_loops placement=jsq, load .9, N=10 and 100",
          .quick = true,
          .targets = {within("N=10 L", 2.8003, 0.9), within("N=100 L", 2.3931, 0.6)},
          .run = [](Workbench& bench) {
            return std::vector{shorter_of_two(bench, 10), shorter_of_two(bench, 100)};
          }};
}

}  // namespace

std::vector<Check> placement_checks() { return {jsq()}; }

}  // namespace loopsteal::checks
