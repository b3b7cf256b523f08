// What is deleted, by which rule, and when a rule gives up.
#include "bench/estimate/warm_up.hpp"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tests/bench/estimate/series.hpp"

namespace loopsteal {
namespace {

using Values = std::vector<double>;

TEST(FixedWarmUp, IsTheLargerOfAShareAndTwentyRelaxationTimes) {
  EXPECT_EQ(fixed_warm_up(200'000, 72), (WarmUp{WarmUpRule::fixed, 20'000, 200'000}));
  EXPECT_EQ(fixed_warm_up(200'000, 1'482), (WarmUp{WarmUpRule::fixed, 29'640, 200'000}));
  EXPECT_EQ(fixed_warm_up(15, 0).deleted, 2u);  // Rounded up.
}

TEST(FixedWarmUp, CallsARunTooShortRatherThanCutItToFit) {
  EXPECT_EQ(fixed_warm_up(1'000, 25).deleted, 500u);
  EXPECT_EQ(fixed_warm_up(1'000, 25).problem, WarmUpProblem::none);
  EXPECT_EQ(jobs_for_warm_up(25), 1'000);
  const WarmUp too_short = fixed_warm_up(1'000, 25.1);
  EXPECT_EQ(too_short.deleted, 0u);
  EXPECT_EQ(too_short.problem, WarmUpProblem::run_too_short);
  EXPECT_EQ(fixed_warm_up(1'000, INFINITY).problem, WarmUpProblem::run_too_short);
  EXPECT_EQ(fixed_warm_up(0, 0), (WarmUp{}));
}

TEST(Mser5, FindsTheEndOfADisturbance) {
  Values values = independent(20'000, 7);
  for (std::size_t i = 0; i < 1'000; ++i) values[i] += 20;
  const WarmUp warm_up = mser5_warm_up(values, 10);
  EXPECT_EQ(warm_up.rule, WarmUpRule::mser5);
  EXPECT_EQ(warm_up.problem, WarmUpProblem::none);
  EXPECT_GE(warm_up.deleted, 1'000u);
  EXPECT_LE(warm_up.deleted, 1'200u);
  EXPECT_EQ(warm_up.deleted % 5, 0u);
}

TEST(Mser5, IsTheMinimumOfItsFormula) {
  const Values values = autoregressive(1'000, 0.5, 0, 3);
  std::size_t best = 0;
  double least = 1e9;
  for (std::size_t d = 0; d <= 100; ++d) {
    Values means;
    for (std::size_t i = d; i < 200; ++i) {
      means.push_back(std::accumulate(&values[5 * i], &values[5 * i] + 5, 0.0) / 5);
    }
    const double n = static_cast<double>(means.size());
    const double mean = std::accumulate(means.begin(), means.end(), 0.0) / n;
    double squares = 0;
    for (const double value : means) squares += (value - mean) * (value - mean);
    if (squares / (n * n) < least) {
      least = squares / (n * n);
      best = d;
    }
  }
  ASSERT_LT(best, 100u);
  EXPECT_EQ(mser5_warm_up(values, 2).deleted, 5 * best);
}

TEST(Mser5, DeletesNothingOfAConstant) {
  EXPECT_EQ(mser5_warm_up(Values(5'000, 3), 1), (WarmUp{WarmUpRule::mser5, 0, 5'000}));
}

TEST(Mser5, GivesUpWhenTheMinimumIsAtTheLimit) {
  Values rising(5'000);
  std::iota(rising.begin(), rising.end(), 0);
  const WarmUp warm_up = mser5_warm_up(rising, 1);
  EXPECT_EQ(warm_up.rule, WarmUpRule::fixed);
  EXPECT_EQ(warm_up.deleted, 500u);
  EXPECT_EQ(warm_up.problem, WarmUpProblem::minimum_at_limit);
}

TEST(Mser5, IsNotBelievedOnShortRuns) {
  const Values values = independent(5'000, 1);
  EXPECT_EQ(mser5_warm_up(values, 10).rule, WarmUpRule::mser5);
  EXPECT_EQ(mser5_warm_up(values, 10.1),
            (WarmUp{WarmUpRule::fixed, 500, 5'000, WarmUpProblem::too_short_for_mser5}));
  EXPECT_EQ(mser5_warm_up(values, 1'000).problem, WarmUpProblem::run_too_short);
  EXPECT_EQ(mser5_warm_up(Values(499, 1), 0).problem, WarmUpProblem::too_short_for_mser5);
  EXPECT_EQ(mser5_warm_up(Values{}, 0).deleted, 0u);
}

TEST(WarmUp, SaysWhatItDeleted) {
  EXPECT_EQ(describe(fixed_warm_up(1'000, 1)),
            "the first 100 of 1000 deleted (10 % or 20 relaxation times)");
  EXPECT_NE(describe(fixed_warm_up(1'000, 99)).find("too short"), std::string::npos);
  EXPECT_EQ(describe(mser5_warm_up(Values(500, 1), 1)), "the first 0 of 500 deleted (MSER-5)");
}

}  // namespace
}  // namespace loopsteal
