// Assumptions of an advice, each made smaller and larger, one at a time.
#pragma once

#include <string>
#include <vector>

#include "bench/advise/demand.hpp"
#include "bench/measure/costs.hpp"

namespace loopsteal {

struct VariedQuestion {
  std::string what;  ///< "load +10 %"
  Demand demand;
  Costs costs;
};

struct VariedQuestions {
  std::vector<VariedQuestion> questions;
  std::vector<std::string> left_out;  ///< Assumptions that cannot be varied, with the reason.
};

/// The load by 10 %, the variance of sizes to half and to twice, all costs by 50 %; for a trace,
/// other traces made of its blocks.
VariedQuestions variations_of(const Demand& demand, const Costs& costs);

/// All costs times `factor`, in whole ns.
Costs scaled(const Costs& costs, double factor);

}  // namespace loopsteal
