// Quantiles by nearest rank, and how often their intervals hold the truth.
#include "bench/statistics/quantile.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "bench/statistics/run_length.hpp"
#include "tests/bench/statistics/series.hpp"

namespace loopsteal {
namespace {

using Values = std::vector<double>;

TEST(NearestRank, IsTheFirstThatCoversTheShare) {
  EXPECT_EQ(nearest_rank(40, 0.99), 40u);
  EXPECT_EQ(nearest_rank(100, 0.99), 99u);
  EXPECT_EQ(nearest_rank(101, 0.99), 100u);
  EXPECT_EQ(nearest_rank(100, 0.07), 7u);  // 7.000000000000001 in binary.
  EXPECT_EQ(nearest_rank(1, 0.5), 1u);
  EXPECT_EQ(nearest_rank(10, 0), 1u);
  EXPECT_EQ(nearest_rank(10, 1), 10u);
}

TEST(QuantileIntervals, AreAroundTheQuantileOfAll) {
  Values values(1'000);
  std::iota(values.begin(), values.end(), 1);
  const auto found = quantile_intervals(values, Values{0.5, 0.99, 1});
  EXPECT_EQ(found[0].value, 500);
  EXPECT_EQ(found[1].value, 990);
  EXPECT_EQ(found[2].value, 1'000);
  EXPECT_LE(found[0].low, 500);
  EXPECT_GE(found[0].high, 500);
}

TEST(QuantileIntervals, OfEqualBatchesHaveNoWidth) {
  // Each batch of 100 holds 1 .. 100 in falling order.
  Values values;
  for (std::size_t batch = 0; batch < kQuantileBatches; ++batch) {
    for (int i = 100; i > 0; --i) values.push_back(i);
  }
  const auto found = quantile_intervals(values, Values{0.9});
  EXPECT_EQ(found[0], (Estimate{90, 90, 90}));
}

TEST(QuantileIntervals, HaveNoEndWithoutValuesThatBoundThem) {
  const auto few = quantile_intervals(Values(39, 2), Values{0.5});
  EXPECT_EQ(few[0].value, 2);
  EXPECT_TRUE(std::isinf(few[0].high));
  EXPECT_EQ(few[0].low, 0);
  EXPECT_TRUE(std::isinf(quantile_intervals(Values{}, Values{0.5})[0].high));
  // One value beyond in all: nothing says how far the tail reaches.
  EXPECT_TRUE(std::isinf(quantile_intervals(independent(1'000, 1), Values{0.999})[0].high));
}

// Of 300 intervals of the quantile `q` of an M/M/1 queue at 0.5, run as long as the rule asks: 93
// to 97 % should hold the truth, and 300 trials are uncertain by 2.5 % (two standard errors). The
// mean of the batches' own quantiles, with its interval, held the p99 in 65 % (at a load of 0.9).
void expect_coverage(double q) {
  constexpr double kLoad = 0.5;
  constexpr int kTrials = 300;
  const QueueLoad queue{.load = kLoad};
  const auto jobs = static_cast<std::size_t>(jobs_for_quantile(queue, q));
  const auto warm_up = static_cast<std::size_t>(kWarmUpRelaxationTimes * relaxation_jobs(queue));
  const double truth = -std::log(1 - q) / (1 - kLoad);  // The sojourn is exponential.
  int covered = 0;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const Values run = sojourns(warm_up + jobs, kLoad, seed);
    const auto kept = std::span<const double>(run).subspan(warm_up);
    covered += quantile_intervals(kept, Values{q})[0].contains(truth) ? 1 : 0;
  }
  EXPECT_GE(covered, 0.905 * kTrials) << q;
  EXPECT_LE(covered, 0.985 * kTrials) << q;
}

TEST(QuantileIntervals, CoverAsOftenAsTheySay) {
  for (const double q : {0.5, 0.9, 0.99}) expect_coverage(q);
}

}  // namespace
}  // namespace loopsteal
