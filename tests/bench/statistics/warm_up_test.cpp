// What is deleted of a run, and when a run is too short.
#include "bench/statistics/warm_up.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(WarmUp, IsTheLargerOfAShareAndTwentyRelaxationTimes) {
  EXPECT_EQ(warm_up(200'000, 72), 20'000u);
  EXPECT_EQ(warm_up(200'000, 1'482), 29'640u);
  EXPECT_EQ(warm_up(15, 0), 2u);  // Rounded up.
}

TEST(WarmUp, CallsARunTooShortRatherThanCutItToFit) {
  EXPECT_EQ(warm_up(1'000, 25), 500u);
  EXPECT_EQ(jobs_for_warm_up(25), 1'000);
  EXPECT_EQ(warm_up(1'000, 25.1), std::nullopt);
  EXPECT_EQ(warm_up(1'000, INFINITY), std::nullopt);
  EXPECT_EQ(warm_up(0, 0), 0u);
}

}  // namespace
}  // namespace loopsteal
