// Many workers that steal by chance: the models of Mitzenmacher ("Analyses of load stealing models
// based on differential equations", SPAA 1998; "The power of two choices in randomized load
// balancing", 2001). The limits are for infinitely many workers; what finite pools add is known
// from simulations of the Markov chains.
#include <gtest/gtest.h>

#include "tests/theory/trial.hpp"

namespace loopsteal::theory {
namespace {

constexpr std::uint64_t kJobs = 5'000'000;
constexpr WorkerId kMany = 4096;

Outcome stealing(WorkerId workers, const std::string& knobs = "") {
  return run({.scheduler = "random_stealing:preset=mean-field" + knobs,
              .workers = workers,
              .count = kJobs});
}

TEST(Theory, G10SimpleStealing) {
  const Outcome outcome = stealing(kMany);
  expect_near("G10 N=4096 E[T]", mean(outcome.sojourns), 3.541381 + 1.7 / kMany, 0.014);
}

TEST(Theory, G10SimpleStealingAmong128) {
  expect_near("G10 N=128 E[T]", mean(stealing(128).sojourns), 3.556, 0.02);
}

TEST(Theory, G11RepeatedAttempts) {
  // One a mean service time, of 1 ms; then ten.
  expect_near("G11 r=1 E[T]", mean(stealing(kMany, ",retry_rate=1000").sojourns), 2.679449, 0.014);
  expect_near("G11 r=10 E[T]", mean(stealing(kMany, ",retry_rate=10000").sojourns), 1.533529,
              0.024);
}

TEST(Theory, G12StolenJobsTravel) {
  const std::string slow = ",transfer_latency=4ms,transfer=exp,victim_threshold=4";
  expect_near("G12 1/mu=4 T=4 E[T]", mean(stealing(kMany, slow).sojourns), 7.01471, 0.02);
  const std::string fast = ",transfer_latency=1ms,transfer=exp,victim_threshold=2";
  expect_near("G12 1/mu=1 T=2 E[T]", mean(stealing(kMany, fast).sojourns), 5.26133, 0.02);
}

TEST(Theory, ThresholdsSamplesAndHalves) {
  expect_near("3.8 T=4 E[T]", mean(stealing(kMany, ",victim_threshold=4").sojourns), 4.686823,
              0.014);
  expect_near("3.8 d=2 E[T]", mean(stealing(512, ",victims_sampled=2").sojourns), 2.2226, 0.014);
  expect_near("3.8 half E[T]", mean(stealing(128, ",steal=half").sojourns), 2.8523, 0.02);
}

/// JSQ(2) on loops and on workers that steal nothing; jobs per server are load times E[T].
void check_shortest_queue(const std::string& scheduler) {
  const std::string spec = scheduler + "placement=jsq";
  const auto jobs = [](double sojourn) { return 0.9 * sojourn; };
  const Outcome ten = run({.scheduler = spec, .workers = 10, .count = kJobs});
  expect_near("G13 N=10 " + scheduler, mean(ten.sojourns, jobs), 2.8003, 0.018);
  const Outcome hundred = run({.scheduler = spec, .workers = 100, .count = kJobs});
  expect_near("G13 N=100 " + scheduler, mean(hundred.sojourns, jobs), 2.3931, 0.012);
}

TEST(Theory, G13ShorterOfTwoLoops) { check_shortest_queue("sharded_loops:"); }

TEST(Theory, G13ShorterOfTwoWorkers) { check_shortest_queue("random_stealing:search_on_empty=0,"); }

}  // namespace
}  // namespace loopsteal::theory
