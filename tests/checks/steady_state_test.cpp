// Estimands, on samples whose values are known by heart.
#include "bench/checks/steady_state.hpp"

#include <gtest/gtest.h>

namespace loopsteal::checks {
namespace {

RequestSample sample(double wait, double service) {
  const auto duration = [](double units) {
    return Duration(static_cast<std::int64_t>(units * kUnitNs));
  };
  return {duration(wait), duration(wait) + duration(service)};
}

class Estimands : public testing::Test {
 protected:
  Estimands() {
    outcome_.result.samples = {sample(0, 1), sample(3, 0.5), sample(1, 2), sample(0, 0.5)};
    outcome_.measurement.workers.resize(2);
    outcome_.measurement.workers[0].ops[static_cast<std::size_t>(Op::park)] = 2;
    outcome_.measurement.workers[1].ops[static_cast<std::size_t>(Op::park)] = 1;
    outcome_.measurement.workers[1].ops[static_cast<std::size_t>(Op::iteration)] = 6;
  }

  double of(const Estimand& estimand) const {
    return estimand({outcome_.result.samples, outcome_, 4});
  }

  RunOutcome outcome_;
};

TEST_F(Estimands, AreMeansInServiceTimes) {
  EXPECT_DOUBLE_EQ(of(mean_wait()), 1);
  EXPECT_DOUBLE_EQ(of(mean_sojourn()), 2);
  EXPECT_DOUBLE_EQ(of(mean_square_wait()), 2.5);
}

TEST_F(Estimands, AreSharesOfRequests) {
  EXPECT_DOUBLE_EQ(of(share_that_waits()), 0.5);
  EXPECT_DOUBLE_EQ(of(share_that_waits_exactly(std::chrono::milliseconds(3))), 0.25);
}

TEST_F(Estimands, AreQuantilesByNearestRank) {
  EXPECT_DOUBLE_EQ(of(wait_quantile(0.5)), 0);
  EXPECT_DOUBLE_EQ(of(wait_quantile(0.51)), 1);
  EXPECT_DOUBLE_EQ(of(wait_quantile(0.99)), 3);
  EXPECT_DOUBLE_EQ(of(sojourn_quantile(0.5)), 1);
}

TEST_F(Estimands, AreCountsOfOperations) {
  EXPECT_DOUBLE_EQ(of(operations_per_request(Op::park)), 0.75);
  EXPECT_DOUBLE_EQ(of(operations_per_operation(Op::park, Op::iteration)), 0.5);
  EXPECT_EQ(time_served(outcome_), std::chrono::milliseconds(4));
}

TEST(SteadyState, DeletesTheWarmUpOfEachReplication) {
  Ledger ledger;
  Workbench bench({}, ledger);
  std::atomic<int> seen = 0;
  const Estimand length = [&seen](const SteadyRun& run) {
    ++seen;
    EXPECT_EQ(run.requests, 150u);
    return static_cast<double>(run.samples.size());
  };
  // 100 services at a load of half make 50 requests, and 1000 in ten replications 100 each.
  const SteadyState state{
      .scheduler = "event_loop", .load = 0.5, .jobs = 1'000, .warm_up = 100, .replications = 10};
  const std::vector<Interval> got = estimate(bench, state, {length});
  EXPECT_EQ(seen, 10);
  EXPECT_EQ(got.at(0), (Interval{.mean = 100, .half_width = 0, .n = 10}));
}

TEST(SteadyState, ForgetsTheSlowerTheFullerItIs) {
  EXPECT_NEAR(warm_up_of(0.8), 20 * 89.7, 1);
  EXPECT_NEAR(warm_up_of(0.8, 1, 3), 2 * warm_up_of(0.8), 1e-9);
  EXPECT_NEAR(warm_up_of(0.8, 10), warm_up_of(0.8) / 10, 1e-9);
  EXPECT_DOUBLE_EQ(warm_up_of(0.8, 100'000), 20) << "a service at least";
}

}  // namespace
}  // namespace loopsteal::checks
