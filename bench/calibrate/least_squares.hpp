// Costs from times: the costs, none negative, that explain best the times of runs whose operations
// were counted.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace loopsteal {

/// One run: the count of each operation, and the total time.
struct CostEquation {
  std::vector<double> counts;  ///< By unknown.
  double time_ns = 0;          ///< Positive.
};

/// Prior knowledge of an unknown.
struct CostPrior {
  /// Its usual size; positive. It decides only what no equation does: how a sum is divided among
  /// operations that always come together.
  double usual_ns = 10;
  std::optional<double> fixed_ns = {};  ///< If it is already known.
};

/// Minimises the sum of the squared relative errors of the equations, plus a ten-thousandth of the
/// squared relative distance of each unknown from its usual size (ridge regression, by cyclic
/// coordinate descent over values of zero and more). Each equation has as many counts as there are
/// `priors`.
std::vector<double> solve_costs(std::span<const CostEquation> equations,
                                std::span<const CostPrior> priors);

/// The solution in whole ns, the unit of virtual time. One unknown after the other is rounded and
/// the rest is fitted again, so that rounding errors cancel.
std::vector<double> solve_whole_costs(std::span<const CostEquation> equations,
                                      std::vector<CostPrior> priors);

}  // namespace loopsteal
