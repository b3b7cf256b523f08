// Paired differences: what common randomness buys, and what may be claimed.
#include "bench/estimate/paired.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "tests/bench/estimate/series.hpp"

namespace loopsteal {
namespace {

using Values = std::vector<double>;

Values scaled(Values values, double factor, double offset = 0) {
  for (double& value : values) value = value * factor + offset;
  return values;
}

TEST(Paired, IntervalsAreOverTheDifferencesAndRatiosOfPairs) {
  const Values one = {2, 4, 6};
  const Values other = {1, 1, 4};
  const PairedComparison comparison = compare_paired(one, other);
  EXPECT_DOUBLE_EQ(comparison.difference.mean, 2);  // 1, 3, 2.
  EXPECT_NEAR(comparison.difference.half_width, 4.302653 / std::sqrt(3), 1e-5);
  ASSERT_TRUE(comparison.ratio);
  EXPECT_DOUBLE_EQ(comparison.ratio->mean, 2.5);  // 2, 4, 1.5.
  EXPECT_EQ(comparison.ratio->n, 3u);
  EXPECT_EQ(comparison.verdict, PairedVerdict::undecided);  // Three pairs decide nothing.
}

TEST(Paired, DecidesWhatIndependentRunsWouldNot) {
  // A hundredth apart, in values whose spread is their mean.
  const Values other = independent(12, 1);
  const Values one = scaled(other, 0.99);
  const PairedComparison comparison = compare_paired(one, other);
  EXPECT_EQ(comparison.verdict, PairedVerdict::better);
  EXPECT_NEAR(comparison.ratio->mean, 0.99, 1e-12);
  EXPECT_LT(comparison.ratio->half_width, 1e-12);
  EXPECT_EQ(compare_paired(other, one).verdict, PairedVerdict::worse);
  EXPECT_EQ(compare_paired(one, other, Better::higher).verdict, PairedVerdict::worse);
  EXPECT_EQ(compare_paired(other, one, Better::higher).verdict, PairedVerdict::better);
  EXPECT_EQ(compare_paired(scaled(independent(12, 2), 0.99), other).verdict, PairedVerdict::tie);
}

TEST(Paired, EqualValuesTie) {
  const Values values = independent(10, 1);
  const PairedComparison comparison = compare_paired(values, values);
  EXPECT_EQ(comparison.verdict, PairedVerdict::tie);
  EXPECT_EQ(comparison.difference.half_width, 0);
  EXPECT_EQ(comparison.ratio->mean, 1);
}

TEST(Paired, CoversTheDifferenceAndCallsATieATie) {
  constexpr int kTrials = 300;
  int covered = 0;
  int ties = 0;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const Values common = autoregressive(20, 0, 10, seed);
    Values one = autoregressive(20, 0, 0.5, 1'000 + seed);
    Values other = autoregressive(20, 0, 0, 2'000 + seed);
    for (std::size_t i = 0; i < common.size(); ++i) {
      one[i] += 100 * common[i];
      other[i] += 100 * common[i];
    }
    covered += compare_paired(one, other).difference.contains(0.5) ? 1 : 0;
    ties += compare_paired(scaled(one, 1, -0.5), other).verdict == PairedVerdict::tie ? 1 : 0;
  }
  EXPECT_GE(covered, 0.92 * kTrials);
  EXPECT_LE(covered, 0.98 * kTrials);
  EXPECT_EQ(ties, covered);
}

TEST(Paired, HasNoRatioToWhatIsNotPositive) {
  EXPECT_FALSE(compare_paired(Values{1, 2}, Values{1, 0}).ratio);
  EXPECT_FALSE(compare_paired(Values{1, 2}, Values{1, -1}).ratio);
}

TEST(Paired, RefusesWhatMakesNoPairs) {
  EXPECT_THROW(compare_paired(Values{1, 2}, Values{1}), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal
