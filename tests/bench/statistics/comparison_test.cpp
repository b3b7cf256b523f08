// Medians, bootstrap intervals, pairs and the U test, against values known from elsewhere.
#include "bench/statistics/comparison.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "bench/statistics/quantile.hpp"
#include "tests/bench/statistics/series.hpp"

namespace loopsteal {
namespace {

using Values = std::vector<double>;

TEST(Median, IsTheMiddleOrTheMeanOfTheTwo) {
  EXPECT_EQ(median(Values{3}), 3);
  EXPECT_EQ(median(Values{9, 1, 5}), 5);
  EXPECT_EQ(median(Values{4, 1, 3, 2}), 2.5);
}

TEST(RatioOfMedians, EqualConstantsHaveAnIntervalWithoutWidth) {
  const Estimate ratio = ratio_of_medians(Values{6, 6, 6}, Values{3, 3, 3}, 1);
  EXPECT_EQ(ratio.value, 2);
  EXPECT_EQ(ratio.low, 2);
  EXPECT_EQ(ratio.high, 2);
}

TEST(RatioOfMedians, TheIntervalHoldsTheRatioAndIsTheSameForTheSameSeed) {
  const Values slow = {10, 11, 12, 10.5, 11.5, 12.5, 13, 9, 10.2};
  const Values fast = {5, 5.5, 6, 5.2, 4.9, 5.1, 6.1, 5.4, 5.3};
  const Estimate one = ratio_of_medians(slow, fast, 42);
  const Estimate two = ratio_of_medians(slow, fast, 42);
  EXPECT_LE(one.low, one.value);
  EXPECT_GE(one.high, one.value);
  EXPECT_GT(one.low, 1.5);
  EXPECT_LT(one.high, 3.0);
  EXPECT_EQ(one.low, two.low);
  EXPECT_EQ(one.high, two.high);
}

// Exact p-values of small samples follow from counting: of the C(6,3) = 20 arrangements one has
// U = 0, and two sides double it.
TEST(MannWhitney, CountsSmallSamplesExactly) {
  EXPECT_NEAR(mann_whitney_p(Values{1, 2, 3}, Values{4, 5, 6}), 2.0 / 20, 1e-12);
  EXPECT_NEAR(mann_whitney_p(Values{1, 2, 4}, Values{3, 5, 6}), 4.0 / 20, 1e-12);
  EXPECT_NEAR(mann_whitney_p(Values{1}, Values{2}), 1.0, 1e-12);
  // Four against four, U = 0: 2 / C(8,4).
  EXPECT_NEAR(mann_whitney_p(Values{5, 6, 7, 8}, Values{1, 2, 3, 4}), 2.0 / 70, 1e-12);
}

TEST(MannWhitney, IsSymmetricAndAtMostOne) {
  const Values one = {1, 4, 2, 8, 5};
  const Values other = {7, 3, 6, 9};
  EXPECT_DOUBLE_EQ(mann_whitney_p(one, other), mann_whitney_p(other, one));
  EXPECT_LE(mann_whitney_p(Values{1, 4}, Values{2, 3}), 1.0);
}

TEST(MannWhitney, TiesTakeTheNormalApproximation) {
  // U = 2, mean 8, variance 16/12 * (9 - 60/56) = 10.571 with one group of four and none else;
  // the distance less a half for continuity is 5.5.
  const double p = mann_whitney_p(Values{1, 2, 3, 3}, Values{3, 3, 4, 5});
  EXPECT_NEAR(p, 0.0907, 0.001);
  EXPECT_EQ(mann_whitney_p(Values{2, 2, 2}, Values{2, 2, 2}), 1.0);
  EXPECT_EQ(mann_whitney_p(Values{}, Values{1}), 1.0);
}

TEST(Compare, SaysWhichIsHigher) {
  const Values slow = {20, 21, 22, 20.5, 21.5, 22.5, 23, 19, 20.2};
  const Values fast = {10, 10.5, 11, 10.2, 9.9, 10.1, 11.1, 10.4, 10.3};
  EXPECT_EQ(compare(slow, fast, 1).verdict, Verdict::higher);
  EXPECT_EQ(compare(fast, slow, 1).verdict, Verdict::lower);
  EXPECT_LT(compare(slow, fast, 1).p_value, 0.001);
}

TEST(Compare, ATieIsATieAndNarrowOnesAreEquivalent) {
  const Values same = {10, 10.1, 9.9, 10.05, 9.95, 10, 10.02, 9.98, 10};
  const Comparison narrow = compare(same, same, 1);
  EXPECT_EQ(narrow.verdict, Verdict::tie);
  EXPECT_TRUE(narrow.equivalent);
  const Values noisy = {5, 20, 10, 15, 7, 12, 30, 9, 11};
  const Comparison wide = compare(noisy, same, 1);
  EXPECT_EQ(wide.verdict, Verdict::tie);
  EXPECT_FALSE(wide.equivalent);
}

TEST(Compare, WhatValuesMayBeOffByWidensTheInterval) {
  const Values one = {1.01, 1.011, 1.012, 1.01};
  const Values other = {1, 1.001, 1.002, 1};
  EXPECT_EQ(compare(one, other, 1).verdict, Verdict::higher);
  const Comparison binned = compare(one, other, 1, 1.0 / 64);
  EXPECT_EQ(binned.verdict, Verdict::tie);
  EXPECT_DOUBLE_EQ(binned.ratio.value, compare(one, other, 1).ratio.value);
}

TEST(Compare, FewRepetitionsDecideNothing) {
  EXPECT_EQ(compare(Values{2, 2}, Values{1, 1}, 1).verdict, Verdict::undecided);
  EXPECT_EQ(compare(Values{2}, Values{1, 1, 1}, 1).verdict, Verdict::undecided);
  EXPECT_EQ(compare(Values{2, 2, 2}, Values{1, 1, 1}, 1).verdict, Verdict::higher);
}

Values scaled(Values values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

TEST(Paired, IntervalsAreOverTheDifferencesAndRatiosOfPairs) {
  const Values one = {2, 4, 6};
  const Values other = {1, 1, 4};
  const Interval difference = paired_difference(one, other);
  EXPECT_DOUBLE_EQ(difference.mean, 2);  // 1, 3, 2.
  EXPECT_NEAR(difference.half_width, 4.302653 / std::sqrt(3), 1e-5);
  const Estimate ratio = paired_ratio(one, other);
  EXPECT_DOUBLE_EQ(ratio.value, 2.5);  // 2, 4, 1.5.
  EXPECT_EQ(ratio.low, 0);             // It would reach below.
  EXPECT_NEAR(ratio.high, 2.5 + 4.302653 * std::sqrt(1.75 / 3), 1e-5);
  const Comparison comparison = compare_pairs(one, other);
  EXPECT_EQ(comparison.ratio, ratio);
  EXPECT_EQ(comparison.verdict, Verdict::undecided);  // Three pairs decide nothing.
  EXPECT_EQ(comparison.runs, 3u);
}

TEST(Paired, DecidesWhatIndependentRunsWouldNot) {
  // A hundredth apart, in values whose spread is their mean.
  const Values other = independent(12, 1);
  const Values one = scaled(other, 0.99);
  const Comparison comparison = compare_pairs(one, other);
  EXPECT_EQ(comparison.verdict, Verdict::lower);
  EXPECT_NEAR(comparison.ratio.value, 0.99, 1e-12);
  EXPECT_LT(comparison.ratio.high - comparison.ratio.low, 1e-12);
  EXPECT_EQ(compare_pairs(other, one).verdict, Verdict::higher);
  const Comparison unlike = compare_pairs(scaled(independent(12, 2), 0.99), other);
  EXPECT_EQ(unlike.verdict, Verdict::tie);
  EXPECT_FALSE(unlike.equivalent);
}

TEST(Paired, EqualValuesTie) {
  const Values values = independent(10, 1);
  EXPECT_EQ(paired_difference(values, values).half_width, 0);
  const Comparison comparison = compare_pairs(values, values);
  EXPECT_EQ(comparison.verdict, Verdict::tie);
  EXPECT_TRUE(comparison.equivalent);
  EXPECT_EQ(comparison.ratio, Estimate::exact(1));
}

TEST(Paired, TheIntervalCoversTheDifference) {
  constexpr int kTrials = 300;
  int covered = 0;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const Values common = autoregressive(20, 0, 10, seed);
    Values one = autoregressive(20, 0, 0.5, 1'000 + seed);
    Values other = autoregressive(20, 0, 0, 2'000 + seed);
    for (std::size_t i = 0; i < common.size(); ++i) {
      one[i] += 100 * common[i];
      other[i] += 100 * common[i];
    }
    covered += paired_difference(one, other).contains(0.5) ? 1 : 0;
  }
  EXPECT_GE(covered, 0.92 * kTrials);
  EXPECT_LE(covered, 0.98 * kTrials);
}

TEST(Paired, PairsAreAsManyAsBothHave) {
  const Values one = independent(12, 1);
  const Comparison comparison = compare_pairs(one, std::span(one).first(10));
  EXPECT_EQ(comparison.runs, 10u);
  EXPECT_EQ(comparison.verdict, Verdict::tie);
  EXPECT_THROW(paired_difference(Values{1, 2}, Values{1}), std::invalid_argument);
}

TEST(Paired, HasNoRatioToWhatIsNotPositive) {
  EXPECT_TRUE(all_positive(Values{1, 2}));
  EXPECT_FALSE(all_positive(Values{1, 0}));
  EXPECT_FALSE(all_positive(Values{1, -1}));
  EXPECT_FALSE(all_positive(Values{}));
}

}  // namespace
}  // namespace loopsteal
