// When an estimate meets what is expected, and when it does not.
#include <limits>

#include <gtest/gtest.h>

#include "bench/checks/check.hpp"

namespace loopsteal::checks {
namespace {

Interval estimate(double mean, double half_width) {
  return {.mean = mean, .half_width = half_width, .n = 20};
}

TEST(Target, IsMetInsideItsBandAlone) {
  const Target target = within("E[T]", 200, 1);
  EXPECT_TRUE(target.met_by(estimate(201.9, 1), 1));
  EXPECT_TRUE(target.met_by(estimate(198.1, 1), 1));
  EXPECT_FALSE(target.met_by(estimate(202.1, 1), 1));
  EXPECT_FALSE(target.met_by(estimate(197.9, 1), 1));
}

TEST(Target, IsNotMetByWhatIsNotKnown) {
  const Target target = within("E[T]", 200, 1);
  EXPECT_TRUE(target.met_by(estimate(200, 1.9), 1));
  EXPECT_FALSE(target.met_by(estimate(200, 2.1), 1));
  EXPECT_FALSE(target.met_by(estimate(200, std::numeric_limits<double>::infinity()), 1));
  EXPECT_FALSE(target.met_by(estimate(std::numeric_limits<double>::quiet_NaN(), 1), 1));
}

TEST(Target, IsAsMuchWiderAsAsked) {
  EXPECT_FALSE(within("E[T]", 200, 1).met_by(estimate(203, 1), 1));
  EXPECT_TRUE(within("E[T]", 200, 1).met_by(estimate(203, 1), 2));
  EXPECT_TRUE(around("load", 50, 0.5).met_by(estimate(50.9, 0.1), 2));
  EXPECT_FALSE(around("load", 50, 0.5).met_by(estimate(51.1, 0.1), 2));
}

TEST(Target, OfBoundsIsNoWiderForShorterRuns) {
  EXPECT_TRUE(inside("T_P", 10, 20).met_by(known(10), 2));
  EXPECT_TRUE(inside("T_P", 10, 20).met_by(known(20), 2));
  EXPECT_FALSE(inside("T_P", 10, 20).met_by(known(21), 2));
  EXPECT_TRUE(between("share", 10, 20).met_by(known(21), 2));
}

TEST(Target, ThatIsExactIsMetByItselfAlone) {
  EXPECT_TRUE(exactly("nodes", 4112897).met_by(known(4112897), 1));
  EXPECT_FALSE(exactly("nodes", 4112897).met_by(known(4112898), 100));
  EXPECT_FALSE(exactly("nodes", 5).met_by(estimate(5, 0.1), 1));
}

}  // namespace
}  // namespace loopsteal::checks
