// The event loop compared with M/G/1, and the cost of its batches.
#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"

namespace loopsteal::checks {
namespace {

// Pollaczek and Khinchine's formula; closed forms for quantiles of M/M/1.
Check mm1() {
  return {.id = "G1",
          .what = "M/M/1 loop",
          .parameters = "event_loop, load .8",
          .quick = true,
          .targets = {within("E[T]", 5, 1.1), within("p50 T", 3.465736, 1.1),
                      within("p99 T", 23.02585, 2.8)},
          .run = [](Workbench& bench) {
            return estimate(
                bench, {.scheduler = "event_loop", .jobs = 12'000'000, .warm_up = warm_up_of(0.8)},
                {mean_sojourn(), sojourn_quantile(0.5), sojourn_quantile(0.99)});
          }};
}

// Estimates for a distribution of service times under a loop.
std::vector<Interval> mg1(Workbench& bench, const std::string& service, double load, double cv2,
                          std::uint64_t jobs, const std::vector<Estimand>& estimands) {
  return estimate(bench,
                  {.scheduler = "event_loop",
                   .service = service,
                   .load = load,
                   .jobs = jobs,
                   .warm_up = warm_up_of(load, 1, cv2)},
                  estimands);
}

// The mean wait of the Pareto is not among them: the third moment of its service is infinite, so no
// interval of that mean is valid.
Check mg1_by_distribution() {
  return {.id = "G4",
          .what = "M/G/1, four distributions",
          .parameters = "event_loop, det and bim-1 load .8, lognormal cv2 4 and Pareto 2.5 load .5",
          .targets = {within("det E[W]", 2, 1.2), within("det p99 T", 11.35589, 2),
                      within("bim-1 E[W]", 6.5, 1.1), within("bim-1 p99 T", 36.89625, 2.8),
                      within("lognormal E[W]", 2.5, 2.4), within("lognormal p99 T", 31.57, 3),
                      within("Pareto p99 T", 10.38, 2.6)},
          .run = [](Workbench& bench) {
            const std::vector<Estimand> both = {mean_wait(), sojourn_quantile(0.99)};
            std::vector<Interval> all;
            const auto add = [&all](const std::vector<Interval>& some) {
              all.insert(all.end(), some.begin(), some.end());
            };
            add(mg1(bench, "det", 0.8, 0, 10'000'000, both));
            add(mg1(bench, "bimodal1", 0.8, 2.25, 20'000'000, both));
            add(mg1(bench, "lognormal,cv2=4", 0.5, 4, 20'000'000, both));
            add(mg1(bench, "pareto,alpha=2.5", 0.5, 0.8, 20'000'000, {sojourn_quantile(0.99)}));
            return all;
          }};
}

// Each iteration that runs something costs half a service time, after it has chosen what it runs.
// So an arrival that finds the loop idle waits for this cost; all others wait for something else.
constexpr Duration kPollCost = std::chrono::microseconds(500);

Check gated() {
  return {.id = "G9",
          .what = "loop with a poll cost",
          .parameters = "event_loop, iteration .5, load .8",
          .quick = true,
          .targets = {within("E[W]", 6.661451, 1.1), within("E[K]", 3.096909, 0.8),
                      within("idle share", 0.070839, 2)},
          .run = [](Workbench& bench) {
            return estimate(bench,
                            {.scheduler = "event_loop",
                             .costs = "zero,iteration=500us",
                             .jobs = 15'000'000,
                             .warm_up = 2 * warm_up_of(0.8)},
                            {mean_wait(), operations_per_operation(Op::pop_local, Op::iteration),
                             share_that_waits_exactly(kPollCost)});
          }};
}

}  // namespace

std::vector<Check> loop_checks() { return {mm1(), mg1_by_distribution(), gated()}; }

}  // namespace loopsteal::checks
