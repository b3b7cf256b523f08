// When to stop, and how long a round is, as a function of the values so far.
#include "bench/statistics/stopping_rule.hpp"

#include <limits>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using Values = std::vector<double>;

StoppingRule rule_of(double relative_half_width, std::uint32_t most = 1'000) {
  return {.estimands = {"sojourn_mean_ns"},
          .relative_half_width = relative_half_width,
          .replications_max = most};
}

// Values of mean 100 that alternate by `distance`: s is about `distance`.
Values alternating(std::size_t n, double distance) {
  Values values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = 100 + (i % 2 == 0 ? distance : -distance);
  return values;
}

TEST(StoppingRule, BeginsWithTheMinimum) {
  EXPECT_EQ(next_round_end(rule_of(0.01), Values{}), 10u);
  EXPECT_EQ(next_round_end(rule_of(0.01), alternating(7, 0)), 10u);
}

TEST(StoppingRule, StopsWhenPrecise) {
  // t(9) = 2.262, s = 10 / 3 * sqrt(10) / sqrt(10): +-7.54 % of ten values 10 % off the mean.
  EXPECT_EQ(next_round_end(rule_of(0.0755), alternating(10, 10)), 10u);
  EXPECT_GT(next_round_end(rule_of(0.0753), alternating(10, 10)), 10u);
}

TEST(StoppingRule, StopsAtTheMaximum) {
  EXPECT_EQ(next_round_end(rule_of(0.001, 40), alternating(40, 10)), 40u);
  EXPECT_EQ(next_round_end(rule_of(0.001, 45), alternating(40, 10)), 45u);
}

TEST(StoppingRule, ForecastsARoundButDoublesAtMost) {
  // 40 values: t(39) = 2.0227, s = 10.127: +-3.24 %. For 3 % it takes 46.6, rounded up to 48.
  EXPECT_EQ(next_round_end(rule_of(0.03), alternating(40, 10)), 48u);
  EXPECT_EQ(next_round_end(rule_of(0.0001), alternating(40, 10)), 80u);
  EXPECT_EQ(next_round_end(rule_of(0.0001), alternating(10, 10)), 24u);
}

TEST(StoppingRule, DoublesWhereTheMeanIsZeroOrNoNumber) {
  EXPECT_EQ(next_round_end(rule_of(0.1), Values(16, std::numeric_limits<double>::quiet_NaN())),
            32u);
  Values around_zero = alternating(16, 1);
  for (double& value : around_zero) value -= 100;
  EXPECT_EQ(next_round_end(rule_of(0.1), around_zero), 32u);
  EXPECT_EQ(next_round_end(rule_of(0.1), Values(10, 0)), 10u);  // Zero, and surely so.
}

TEST(StoppingRule, RefusesWhatCannotBeFollowed) {
  EXPECT_NO_THROW(check(rule_of(0.01, 10)));
  EXPECT_THROW(check(StoppingRule{}), std::invalid_argument);
  EXPECT_THROW(check(rule_of(0)), std::invalid_argument);
  EXPECT_THROW(check(rule_of(0.01, 9)), std::invalid_argument);
  StoppingRule rule = rule_of(0.01);
  rule.replications_min = 9;
  EXPECT_THROW(check(rule), std::invalid_argument);
  rule = rule_of(0.01);
  rule.confidence = 1;
  EXPECT_THROW(check(rule), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal
