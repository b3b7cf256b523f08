// The load that a service level allows, found by runs.
#include <vector>

#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"

namespace loopsteal::checks {
namespace {

constexpr WorkerId kWorkers = 16;
constexpr double kLongest = 10;  // One in a hundred may take longer, in mean services.
constexpr std::uint64_t kJobs = 40'000'000;
constexpr std::uint64_t kJobsToBisect = kJobs / 16;

struct Pool {
  const char* scheduler;
  const char* service;
  WorkerId servers;  // Of one queue.
  double low;        // The load lies between low and high.
  double high;
  double distance;  // The largest error of the estimate.
};

// The p99 of the sojourn, by replication.
std::vector<double> tails(Workbench& bench, const Pool& pool, double load, std::uint64_t jobs) {
  return replicated(bench,
                    {.scheduler = pool.scheduler,
                     .service = pool.service,
                     .load = load,
                     .workers = kWorkers,
                     .jobs = jobs,
                     .warm_up = warm_up_of(load, pool.servers)},
                    {sojourn_quantile(0.99)})
      .front();
}

double mean(const std::vector<double>& values) { return t_interval(values).mean; }

// Bisects with short runs until the load is known to about its band, then draws a line through the
// tails of long runs at both ends. Replications at both ends have the same requests, only faster or
// slower; each pair gives a load, and the loads have an interval.
Interval load_for(Workbench& bench, const Pool& pool) {
  double low = pool.low;
  double high = pool.high;
  while (high - low > pool.distance) {
    const double middle = (low + high) / 2;
    (mean(tails(bench, pool, middle, kJobsToBisect)) > kLongest ? high : low) = middle;
  }
  const double middle = (low + high) / 2;
  low = middle - pool.distance;
  high = middle + pool.distance;
  const std::vector<double> below = tails(bench, pool, low, kJobs / 2);
  const std::vector<double> above = tails(bench, pool, high, kJobs / 2);
  std::vector<double> loads;
  for (std::size_t i = 0; i < below.size(); ++i) {
    const double share = (kLongest - below[i]) / (above[i] - below[i]);
    loads.push_back(100 * (low + share * (high - low)));
  }
  return t_interval(loads);
}

Check service_level() {
  return {.id = "G21",
          .what = "search for a service level",
          .parameters = "16 workers, p99 T up to 10: 16 loops, one queue",
          .targets = {around("det, loops: load in %", 77.35, 0.3),
                      around("det, queue: load in %", 98.43, 0.5),
                      around("exp, loops: load in %", 53.95, 0.3),
                      around("exp, queue: load in %", 96.77, 0.5)},
          .run = [](Workbench& bench) {
            constexpr const char* kLoops = "sharded_loops:placement=random";
            constexpr const char* kQueue = "shared_queue";
            const Pool pools[] = {{kLoops, "det", 1, 0.3, 0.95, 0.003},
                                  {kQueue, "det", kWorkers, 0.8, 0.996, 0.005},
                                  {kLoops, "exp", 1, 0.3, 0.95, 0.003},
                                  {kQueue, "exp", kWorkers, 0.8, 0.996, 0.005}};
            std::vector<Interval> loads;
            for (const Pool& pool : pools) loads.push_back(load_for(bench, pool));
            return loads;
          }};
}

}  // namespace

std::vector<Check> search_checks() { return {service_level()}; }

}  // namespace loopsteal::checks
