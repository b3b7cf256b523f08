// One queue for all workers, compared with Erlang's and Crommelin's formulas.
#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"

namespace loopsteal::checks {
namespace {

SteadyState pool(WorkerId workers, double load) {
  return {.scheduler = "shared_queue",
          .load = load,
          .workers = workers,
          .jobs = 20'000'000,
          .warm_up = warm_up_of(load, workers)};
}

Check mmc() {
  return {.id = "G2",
          .what = "shared queue M/M/c",
          .parameters = "shared_queue, c=16 load .9",
          .quick = true,
          .targets = {within("P(W>0)", 0.591343, 1), within("E[T]", 1.369590, 0.7),
                      within("p99 T", 5.269835, 0.8)},
          .run = [](Workbench& bench) {
            return estimate(bench, pool(16, 0.9),
                            {share_that_waits(), mean_sojourn(), sojourn_quantile(0.99)});
          }};
}

Check large_mmc() {
  return {.id = "G3",
          .what = "larger pools",
          .parameters = "shared_queue, c=64 load .9; c=1024 load .95",
          .targets = {within("64 P(W>0)", 0.310663, 3), within("64 E[W]", 0.0485411, 5),
                      within("1024 P(W>0)", 0.0654385, 14), within("1024 E[W]", 0.00127810, 25)},
          .run = [](Workbench& bench) {
            const std::vector<Estimand> both = {share_that_waits(), mean_wait()};
            std::vector<Interval> all = estimate(bench, pool(64, 0.9), both);
            const std::vector<Interval> larger = estimate(bench, pool(1024, 0.95), both);
            all.insert(all.end(), larger.begin(), larger.end());
            return all;
          }};
}

Check mdc() {
  return {
      .id = "G5",
      .what = "M/D/16",
      .parameters = "shared_queue, c=16 load .9, det",
      .quick = true,
      .targets = {within("E[W]", 0.19246703, 1.8), within("P(W>0)", 0.565341, 1),
                  within("p99 T", 2.26387, 1.4)},
      .run = [](Workbench& bench) {
        SteadyState state = pool(16, 0.9);
        state.service = "det";
        return estimate(bench, state, {mean_wait(), share_that_waits(), sojourn_quantile(0.99)});
      }};
}

}  // namespace

std::vector<Check> pool_checks() { return {mmc(), large_mmc(), mdc()}; }

}  // namespace loopsteal::checks
