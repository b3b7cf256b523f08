// Student's t against tables, and intervals against hand computation.
#include "bench/statistics/interval.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using Values = std::vector<double>;

TEST(Student, QuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(student_t(0.95, 19), 2.093, 0.0005);
  EXPECT_NEAR(student_t(0.99, 19), 2.861, 0.0005);
  EXPECT_NEAR(student_t(0.999, 19), 3.883, 0.0005);
  EXPECT_NEAR(student_t(0.95, 1), 12.706, 0.0005);
  EXPECT_NEAR(student_t(0.95, 1'000'000), normal_z(0.95), 1e-5);
  EXPECT_NEAR(normal_z(0.95), 1.959964, 1e-6);
}

TEST(TInterval, IsTheMeanAndTTimesItsStandardError) {
  // Mean 5, squares 4 + 4 + 0 + 0 + 0 = 8: s = sqrt(2).
  const Interval interval = t_interval(Values{3, 7, 5, 5, 5});
  EXPECT_EQ(interval.n, 5u);
  EXPECT_DOUBLE_EQ(interval.mean, 5);
  EXPECT_NEAR(interval.half_width, 2.7764451 * std::sqrt(2.0 / 5), 1e-6);
  EXPECT_DOUBLE_EQ(interval.low(), 5 - interval.half_width);
  EXPECT_TRUE(interval.contains(interval.high()));
  EXPECT_FALSE(interval.contains(5 + 1.001 * interval.half_width));
  EXPECT_DOUBLE_EQ(interval.relative_half_width(), interval.half_width / 5);
  EXPECT_GT(t_interval(Values{3, 7, 5, 5, 5}, 0.99).half_width, interval.half_width);
}

TEST(TInterval, FewerThanTwoValuesHaveNoEnd) {
  EXPECT_TRUE(std::isinf(t_interval(Values{}).half_width));
  EXPECT_TRUE(std::isinf(t_interval(Values{3}).half_width));
  EXPECT_EQ(t_interval(Values{3}).mean, 3);
  EXPECT_TRUE(std::isinf(t_interval(Values{3}).relative_half_width()));
}

TEST(TInterval, RelativeWidthAroundZero) {
  EXPECT_EQ(t_interval(Values{0, 0, 0}).relative_half_width(), 0);
  EXPECT_TRUE(std::isinf(t_interval(Values{-1, 1}).relative_half_width()));
  EXPECT_GT(t_interval(Values{-4, -6}).relative_half_width(), 0);
}

}  // namespace
}  // namespace loopsteal
