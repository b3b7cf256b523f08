// Validation with costs found at the same time, in any state of the machine.
//
// Costs drift with the machine's load. With yesterday's costs, drift would be counted as model
// error. So the calibrating runs are made among the predicted runs, in the same minutes, and no
// cell is one of them.
#pragma once

#include <string>

#include "bench/calibrate/calibration.hpp"
#include "bench/calibrate/validate.hpp"

namespace loopsteal {

struct SelfValidation {
  CostsFile costs;  ///< Found in these minutes.
  Predictor predictor;
  Validation validation;  ///< With these costs; `other` uses the kept costs.
};

struct FoundCosts {
  std::string name;  ///< Of the found costs.
  std::string kept;  ///< Of the kept costs, for read_costs_file().
  int runs_in_a_turn = 1;
};

/// Runs the cells and the calibrating programs, interleaved, and predicts the cells from the
/// programs. Throws as validate() does.
SelfValidation validate_with_found_costs(Calibration& calibration, const FoundCosts& found,
                                         std::span<const PredictionCell> cells,
                                         const WorkloadCatalog& workloads,
                                         ValidationOptions options, CostsFile head);

}  // namespace loopsteal
