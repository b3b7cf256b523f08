// Sensitivity of the predictions to costs: each changed by half, one at a time.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bench/calibrate/prediction.hpp"

namespace loopsteal {

/// Importance of a cost. The elasticity is the growth of the answer in per cent if the cost grows
/// by one per cent: ln(T(1.5 c) / T(0.5 c)) / ln 3. The answer is the makespan, or the median
/// sojourn if arrivals determine the makespan.
struct Sensitivity {
  std::string entry;
  double mean = 0;         ///< Of the absolute elasticities of all cells.
  double largest = 0;      ///< With its sign.
  std::string where = {};  ///< The cell with the largest one.
};

/// Sensitivities to all costs that are not zero everywhere, the most important first. In virtual
/// time only, with one seed; `stop` is called between the costs.
std::vector<Sensitivity> tornado(std::span<const PredictionCell> cells, const Predictor& predictor,
                                 const WorkloadCatalog& workloads, std::uint64_t seed,
                                 const std::function<bool()>& stop = {});

}  // namespace loopsteal
