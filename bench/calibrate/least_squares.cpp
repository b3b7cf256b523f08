#include "bench/calibrate/least_squares.hpp"

#include <algorithm>
#include <cmath>

namespace loopsteal {
namespace {

constexpr double kPriorWeight = 1e-4;
constexpr int kSweepsMax = 50'000;
constexpr double kConverged = 1e-9;

/// The problem in relative terms: errors divided by times, unknowns as they are.
class Descent {
 public:
  Descent(std::span<const CostEquation> equations, std::span<const CostPrior> priors)
      : equations_(equations), priors_(priors) {
    for (const CostPrior& prior : priors)
      values_.push_back(prior.fixed_ns.value_or(prior.usual_ns));
    for (const CostEquation& equation : equations) {
      double left = equation.time_ns;
      for (std::size_t j = 0; j < values_.size(); ++j) left -= equation.counts[j] * values_[j];
      left_.push_back(left / equation.time_ns);
    }
  }

  std::vector<double> solve() {
    for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
      double moved = 0;
      for (std::size_t j = 0; j < values_.size(); ++j)
        if (!priors_[j].fixed_ns) moved = std::max(moved, improve(j));
      if (moved < kConverged) break;
    }
    return values_;
  }

 private:
  [[nodiscard]] double weight(std::size_t i, std::size_t j) const {
    return equations_[i].counts[j] / equations_[i].time_ns;
  }

  // Moves unknown j to the minimum of the sum, with the others fixed. Returns the distance,
  // relative to its usual size.
  double improve(std::size_t j) {
    const double usual = priors_[j].usual_ns;
    double gradient = kPriorWeight * (usual - values_[j]) / (usual * usual);
    double curvature = kPriorWeight / (usual * usual);
    for (std::size_t i = 0; i < left_.size(); ++i) {
      gradient += weight(i, j) * left_[i];
      curvature += weight(i, j) * weight(i, j);
    }
    const double value = std::max(0.0, values_[j] + gradient / curvature);
    const double step = value - values_[j];
    for (std::size_t i = 0; i < left_.size(); ++i) left_[i] -= weight(i, j) * step;
    values_[j] = value;
    return std::abs(step) / usual;
  }

  std::span<const CostEquation> equations_;
  std::span<const CostPrior> priors_;
  std::vector<double> values_;
  std::vector<double> left_;  // Relative errors.
};

}  // namespace

std::vector<double> solve_costs(std::span<const CostEquation> equations,
                                std::span<const CostPrior> priors) {
  return Descent(equations, priors).solve();
}

std::vector<double> solve_whole_costs(std::span<const CostEquation> equations,
                                      std::vector<CostPrior> priors) {
  std::vector<double> values = solve_costs(equations, priors);
  for (std::size_t j = 0; j < priors.size(); ++j) {
    if (priors[j].fixed_ns) continue;
    priors[j].fixed_ns = std::round(values[j]);
    values = solve_costs(equations, priors);
  }
  return values;
}

}  // namespace loopsteal
