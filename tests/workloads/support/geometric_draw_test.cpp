#include "workloads/support/geometric_draw.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

constexpr std::int32_t kLastNumber = std::numeric_limits<std::int32_t>::max();

double log_failure_of_mean(double mean) { return std::log(1.0 - 1.0 / (1.0 + mean)); }

// The first number that draws more than `most`, or the last one of all.
std::int32_t first_above(std::int32_t most, double log_failure) {
  std::int64_t begin = 0;
  std::int64_t end = kLastNumber;
  while (begin < end) {
    const std::int64_t middle = (begin + end) / 2;
    if (GeometricDraw::by_formula(static_cast<std::int32_t>(middle), log_failure) > most)
      end = middle;
    else
      begin = middle + 1;
  }
  return static_cast<std::int32_t>(begin);
}

std::vector<std::int32_t> numbers_at_every_step(double log_failure) {
  std::vector<std::int32_t> numbers = {0, 1, kLastNumber - 1, kLastNumber};
  for (std::int32_t most = 0; most < GeometricDraw::kMost; ++most) {
    const std::int64_t step = first_above(most, log_failure);
    for (std::int64_t near = step - 3; near <= step + 3; ++near)
      numbers.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(near, 0, kLastNumber)));
  }
  return numbers;
}

class GeometricDrawOfMean : public testing::TestWithParam<double> {};

TEST_P(GeometricDrawOfMean, IsTheFormulaAtEveryStep) {
  const double log_failure = log_failure_of_mean(GetParam());
  const GeometricDraw draw(log_failure);
  for (const std::int32_t number : numbers_at_every_step(log_failure))
    ASSERT_EQ(draw(number), GeometricDraw::by_formula(number, log_failure)) << number;
}

TEST_P(GeometricDrawOfMean, IsTheFormulaOnRandomNumbers) {
  const double log_failure = log_failure_of_mean(GetParam());
  const GeometricDraw draw(log_failure);
  std::mt19937 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const auto number = static_cast<std::int32_t>(random() & 0x7FFFFFFFu);
    ASSERT_EQ(draw(number), GeometricDraw::by_formula(number, log_failure)) << number;
  }
}

// Those of the named trees are between 0.14 and 7; the others are as far as the knobs go.
INSTANTIATE_TEST_SUITE_P(GeometricDraw, GeometricDrawOfMean,
                         testing::Values(1e-5, 0.14, 0.5, 1.0, 3.6, 4.0, 6.0, 7.0, 100.0, 1e5));

// ln(2^-31) / ln(0.8) is 96.3: nothing below is cut off, and with a mean of 7 something is.
TEST(GeometricDraw, ReachesFarAndNoFurtherThanItsLimit) {
  EXPECT_EQ(GeometricDraw(log_failure_of_mean(4))(0), 0);
  EXPECT_EQ(GeometricDraw(log_failure_of_mean(4))(kLastNumber), 96);
  EXPECT_EQ(GeometricDraw(log_failure_of_mean(7))(kLastNumber), GeometricDraw::kMost);
}

TEST(GeometricDraw, OfMeanZeroDrawsNothing) {
  const GeometricDraw draw(log_failure_of_mean(0));
  EXPECT_EQ(draw(0), 0);
  EXPECT_EQ(draw(kLastNumber / 2), 0);
  EXPECT_EQ(draw(kLastNumber), 0);
}

}  // namespace
}  // namespace loopsteal
