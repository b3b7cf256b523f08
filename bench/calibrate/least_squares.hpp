// Costs from times: which costs, none negative, explain best how long runs took whose operations
// were counted.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace loopsteal {

/// One run: how often each operation happened, and how long it all took.
struct CostEquation {
  std::vector<double> counts;  ///< By unknown.
  double time_ns = 0;          ///< Positive.
};

/// What is known of an unknown beforehand.
struct CostPrior {
  /// Its usual size; positive. Decides only what no equation does: how a sum is divided among
  /// operations that always come together.
  double usual_ns = 10;
  std::optional<double> fixed_ns = {};  ///< Known already.
};

/// Minimises the sum of the squared relative errors of the equations, plus a ten-thousandth of the
/// squared relative distance of each unknown from its usual size (ridge regression, by cyclic
/// coordinate descent over values of zero and more). All counts are as many as `priors`.
std::vector<double> solve_costs(std::span<const CostEquation> equations,
                                std::span<const CostPrior> priors);

/// The same in whole ns, of which virtual time consists: one unknown after the other is rounded,
/// and the rest made to fit, so that what one loses in rounding another one gains.
std::vector<double> solve_whole_costs(std::span<const CostEquation> equations,
                                      std::vector<CostPrior> priors);

}  // namespace loopsteal
