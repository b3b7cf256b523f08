// Batch means on series whose answers are known.
#include "bench/statistics/batch_means.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tests/bench/statistics/series.hpp"

namespace loopsteal {
namespace {

using Values = std::vector<double>;

// 95 % is the aim; batches that are still a little correlated cost a few, and 300 trials are
// uncertain by 2.5 (two standard errors).
void expect_nominal_coverage(int covered, int trials) {
  EXPECT_GE(covered, 0.88 * trials);
  EXPECT_LE(covered, 0.975 * trials);
}

TEST(Lag1, OfSmallSeriesByHand) {
  // Mean 2.5, distances -1.5 -.5 .5 1.5: products .75 - .25 + .75, squares 5.
  EXPECT_DOUBLE_EQ(lag1_autocorrelation(Values{1, 2, 3, 4}), 0.25);
  EXPECT_DOUBLE_EQ(lag1_autocorrelation(Values{1, -1, 1, -1}), -0.75);
  EXPECT_EQ(lag1_autocorrelation(Values{7, 7, 7}), 0);
  EXPECT_EQ(lag1_autocorrelation(Values{7}), 0);
}

TEST(Lag1, IsTheMemoryOfAnAutoregressiveSeries) {
  EXPECT_NEAR(lag1_autocorrelation(autoregressive(100'000, 0.7, 3, 1)), 0.7, 0.02);
  EXPECT_NEAR(lag1_autocorrelation(independent(100'000, 1)), 0, 0.02);
}

TEST(BatchMeans, LeavesOutWhatDoesNotDivideAtTheBeginning) {
  // 40 batches of 2 that rise and fall in turn, after three values that must not count.
  Values values = {1e9, 1e9, 1e9};
  for (int i = 0; i < 40; ++i) {
    const double base = i % 2 == 0 ? 10 : 20;
    values.push_back(base - 1);
    values.push_back(base + 1);
  }
  const BatchEstimate estimate = batch_means(values);
  EXPECT_EQ(estimate.interval.n, 40u);
  EXPECT_EQ(estimate.batch_size, 2u);
  EXPECT_EQ(estimate.left_out, 3u);
  EXPECT_DOUBLE_EQ(estimate.interval.mean, 15);
  EXPECT_NEAR(estimate.lag1, -39.0 / 40, 1e-12);
  EXPECT_FALSE(estimate.correlated);
  // s^2 = 40 * 25 / 39 over 40 batches, t(39) = 2.0227.
  EXPECT_NEAR(estimate.interval.half_width, 2.022691 * 5 / std::sqrt(39), 1e-5);
}

TEST(BatchMeans, DoublesTheBatchesUntilNeighboursAreIndependent) {
  // 20 independent values, each of them twice: only together are they independent batches.
  Values values;
  for (const double value : independent(20, 4)) values.insert(values.end(), 2, value);
  ASSERT_GT(lag1_autocorrelation(values), kBatchCorrelationMax);
  const BatchEstimate estimate = batch_means(values);
  EXPECT_EQ(estimate.interval.n, 20u);
  EXPECT_EQ(estimate.batch_size, 2u);
  EXPECT_DOUBLE_EQ(estimate.lag1, lag1_autocorrelation(independent(20, 4)));
  EXPECT_LT(estimate.lag1, kBatchCorrelationMax);
  EXPECT_FALSE(estimate.correlated);
}

TEST(BatchMeans, FlagsARunThatStaysCorrelated) {
  Values rising(4'000);
  std::iota(rising.begin(), rising.end(), 0);
  const BatchEstimate estimate = batch_means(rising);
  EXPECT_EQ(estimate.interval.n, 10u);
  EXPECT_EQ(estimate.batch_size, 400u);
  EXPECT_TRUE(estimate.correlated);
  EXPECT_GT(estimate.lag1, 0.5);
}

TEST(BatchMeans, FewerValuesThanBatchesGiveNoEnd) {
  const BatchEstimate estimate = batch_means(Values(39, 2));
  EXPECT_TRUE(estimate.correlated);
  EXPECT_TRUE(std::isinf(estimate.interval.half_width));
  EXPECT_EQ(estimate.interval.mean, 2);
  EXPECT_EQ(estimate.left_out, 39u);
  EXPECT_TRUE(std::isinf(batch_means(Values{}).interval.half_width));
}

TEST(BatchMeans, FindsTheAsymptoticVarianceOfAnAutoregressiveSeries) {
  constexpr std::size_t kValues = 20'000;
  constexpr double kMemory = 0.8;
  constexpr int kTrials = 100;
  double variance = 0;  // Of the mean, times the number of values.
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const auto values = autoregressive(kValues, kMemory, 10, seed);
    const Interval interval = batch_means(values).interval;
    const double error = interval.half_width / student_t(kConfidence, interval.n - 1);
    variance += error * error * kValues / kTrials;
  }
  EXPECT_NEAR(variance, (1 + kMemory) / (1 - kMemory), 0.9);  // 9; an independent one has 1.
}

TEST(BatchMeans, CoverTheMeanOfAnAutoregressiveSeries) {
  constexpr int kTrials = 300;
  int covered = 0;
  int flagged = 0;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const BatchEstimate estimate = batch_means(autoregressive(4'000, 0.8, 10, seed));
    covered += estimate.interval.contains(10) ? 1 : 0;
    flagged += estimate.correlated ? 1 : 0;
  }
  expect_nominal_coverage(covered, kTrials);
  EXPECT_LT(flagged, 0.2 * kTrials);
}

TEST(BatchMeans, CoverTheMeanSojournOfAQueue) {
  constexpr int kTrials = 300;
  int covered = 0;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    covered += batch_means(sojourns(20'000, 0.5, seed)).interval.contains(2) ? 1 : 0;
  }
  expect_nominal_coverage(covered, kTrials);
}

}  // namespace
}  // namespace loopsteal
