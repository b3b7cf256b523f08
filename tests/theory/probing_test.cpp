// A pool in which every look of a thief takes its time, and nobody sleeps: the static stealing pool
// of McClure, Ousterhout, Shenker and Ratnasamy (NSDI 2022), whose published simulator gave a mean
// of 1.5026; the numbers below are from a longer simulation of the same model.
#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "tests/theory/trial.hpp"

namespace loopsteal::theory {
namespace {

constexpr WorkerId kWorkers = 32;

Trial probing(std::uint64_t count, std::uint64_t seed) {
  SimSetup sim;
  for (const Op op : {Op::steal_attempt, Op::steal_operation})
    sim.costs.ops[static_cast<std::size_t>(op)] = std::chrono::microseconds(100);
  return {.scheduler = "random_stealing:preset=probing",
          .workers = kWorkers,
          .load = 0.7,
          .count = count,
          .sim = sim,
          .seed = seed};
}

TEST(Theory, G22LooksThatTakeTime) {
  const Outcome outcome = run(probing(750'000, 1));
  expect_near("G22 E[T]", mean(outcome.sojourns), 1.5006, 0.016);
  expect_near("G22 p50 T", quantile(outcome.sojourns, 0.5), 1.2205, 0.016);
  expect_near("G22 p99 T", quantile(outcome.sojourns, 0.99), 5.303, 0.024);
}

double searching_share(const Measurement& measured) {
  Duration searching{};
  for (const WorkerStats& worker : measured.workers) searching += worker.searching;
  return static_cast<double>(searching.count()) /
         (static_cast<double>(measured.makespan.count()) * kWorkers);
}

// What is counted is known of a run as a whole, so its interval is one over replications.
TEST(Theory, G22HowOftenTheyLook) {
  constexpr int kReplications = 20;
  constexpr std::uint64_t kCount = 100'000;
  std::vector<double> steals, jobs, shares;
  for (std::uint64_t seed = 1; seed <= kReplications; ++seed) {
    const Measurement measured = run(probing(kCount, seed)).measurement;
    steals.push_back(static_cast<double>(measured.total(Op::steal_operation)) / kCount);
    jobs.push_back(static_cast<double>(measured.total(Op::stolen_job)) / kCount);
    shares.push_back(searching_share(measured));
  }
  expect_near("G22 steals a task", mean(steals), 0.820, 0.016);
  expect_near("G22 stolen jobs a task", mean(jobs), 0.6495, 0.016);
  expect_near("G22 share of time in search", mean(shares), 0.300, 0.008);
}

}  // namespace
}  // namespace loopsteal::theory
