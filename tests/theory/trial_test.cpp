// The judge of the other tests in this folder.
#include "tests/theory/trial.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

TEST(TheoryTrial, AnEstimateHasToLieInTheBandAndToBeNarrowerThanIt) {
  EXPECT_TRUE(in_band({1.01, 0.01}, 1, 0.02));
  EXPECT_FALSE(in_band({1.03, 0.01}, 1, 0.02));
  EXPECT_FALSE(in_band({0.97, 0.01}, 1, 0.02));
  EXPECT_FALSE(in_band({1.00, 0.03}, 1, 0.02)) << "a run that is too short tells nothing";
}

TEST(TheoryTrial, IntervalsAreThoseOfTwentyBatches) {
  std::vector<double> values;  // Twenty batches of two: 0 to 19, each once with 1 added.
  for (int i = 0; i < 20; ++i) values.insert(values.end(), {1.0 * i, i + 1.0});
  const Estimate estimate = mean(values);
  EXPECT_DOUBLE_EQ(estimate.value, 10);
  EXPECT_NEAR(estimate.half_width, 2.093 * std::sqrt(35.0 / 20), 1e-12);
  EXPECT_DOUBLE_EQ(mean(values, [](double x) { return 2 * x; }).value, 20);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5).value, 10);
}

}  // namespace
}  // namespace loopsteal::theory
