// What an advice assumes, one thing at a time, made smaller and larger.
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
  std::vector<std::string> left_out;  ///< What cannot be varied, and why.
};

/// The load by a tenth, the variance of sizes and all costs by half; costs up to one and a half,
/// the variance up to twice of itself; of a trace, others made of its blocks.
VariedQuestions variations_of(const Demand& demand, const Costs& costs);

/// All costs times `factor`, in whole ns.
Costs scaled(const Costs& costs, double factor);

}  // namespace loopsteal
