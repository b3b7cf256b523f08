// Costs out of times that are known sums.
#include "bench/calibrate/least_squares.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

CostEquation equation(std::vector<double> counts, const std::vector<double>& costs) {
  CostEquation result{.counts = std::move(counts)};
  for (std::size_t i = 0; i < costs.size(); ++i) result.time_ns += result.counts[i] * costs[i];
  return result;
}

TEST(LeastSquares, FindsTheCostsThatMadeTheTimes) {
  const std::vector<double> costs = {7, 40, 300};
  const std::vector<CostEquation> equations = {
      equation({1000, 0, 1}, costs), equation({1000, 500, 0}, costs),
      equation({1000, 10, 700}, costs), equation({0, 1000, 3}, costs)};
  const std::vector<CostPrior> priors(3, {.usual_ns = 50});
  const std::vector<double> found = solve_costs(equations, priors);
  for (std::size_t i = 0; i < costs.size(); ++i) EXPECT_NEAR(found[i], costs[i], 0.02 * costs[i]);
}

TEST(LeastSquares, DividesWhatAlwaysComesTogetherAsUsual) {
  const std::vector<CostEquation> equations = {{.counts = {100, 100}, .time_ns = 4000}};
  const std::vector<CostPrior> priors = {{.usual_ns = 10}, {.usual_ns = 10}};
  const std::vector<double> found = solve_costs(equations, priors);
  EXPECT_NEAR(found[0], 20, 0.1);
  EXPECT_NEAR(found[1], 20, 0.1);
}

TEST(LeastSquares, KeepsWhatIsKnown) {
  const std::vector<CostEquation> equations = {{.counts = {100, 100}, .time_ns = 4000}};
  const std::vector<CostPrior> priors = {{.usual_ns = 10, .fixed_ns = 35}, {.usual_ns = 10}};
  const std::vector<double> found = solve_costs(equations, priors);
  EXPECT_EQ(found[0], 35);
  EXPECT_NEAR(found[1], 5, 0.1);
}

TEST(LeastSquares, IsNeverNegative) {
  // The second run does more and took less.
  const std::vector<CostEquation> equations = {{.counts = {100, 0}, .time_ns = 4000},
                                               {.counts = {100, 100}, .time_ns = 3000}};
  const std::vector<CostPrior> priors(2, {.usual_ns = 10});
  for (const double cost : solve_costs(equations, priors)) EXPECT_GE(cost, 0);
}

TEST(LeastSquares, RoundingKeepsTheSum) {
  // Three operations of 2.4 ns are 7 ns together, not 6.
  const std::vector<CostEquation> equations = {{.counts = {1000, 1000, 1000}, .time_ns = 7200}};
  const std::vector<CostPrior> priors(3, {.usual_ns = 3});
  const std::vector<double> found = solve_whole_costs(equations, priors);
  EXPECT_EQ(found[0] + found[1] + found[2], 7);
  for (const double cost : found) EXPECT_EQ(cost, static_cast<int>(cost));
}

}  // namespace
}  // namespace loopsteal
