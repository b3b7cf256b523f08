// Order of a queue: it does not change the mean wait, but the second moment.
#include <fmt/format.h>

#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"

namespace loopsteal::checks {
namespace {

// E[W^2] of M/M/1: 40 at a load of .8, divided by 1 - load / 2 in random order, divided by 1 - load
// for newest first. The p99 of newest first comes from the busy period.
Check orders() {
  return {.id = "G6",
          .what = "disciplines, M/M/1",
          .parameters = "random_stealing with one worker, load .8, local_order fifo, random, lifo",
          .quick = true,
          .targets = {within("FIFO E[W]", 4, 1), within("FIFO E[W^2]", 40, 4),
                      within("random E[W]", 4, 1), within("random E[W^2]", 66.667, 4),
                      within("LIFO E[W]", 4, 1), within("LIFO E[W^2]", 200, 5),
                      within("LIFO p99 W", 61.976, 3)},
          .run = [](Workbench& bench) {
            std::vector<Interval> all;
            for (const char* const order : {"fifo", "random", "lifo"}) {
              std::vector<Estimand> estimands = {mean_wait(), mean_square_wait()};
              if (std::string_view(order) == "lifo") estimands.push_back(wait_quantile(0.99));
              const std::vector<Interval> one =
                  estimate(bench,
                           {.scheduler = fmt::format("random_stealing:local_order={}", order),
                            .jobs = 20'000'000,
                            .warm_up = warm_up_of(0.8)},
                           estimands);
              all.insert(all.end(), one.begin(), one.end());
            }
            return all;
          }};
}

}  // namespace

std::vector<Check> discipline_checks() { return {orders()}; }

}  // namespace loopsteal::checks
