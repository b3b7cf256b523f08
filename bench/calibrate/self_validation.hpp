// How well virtual time foretells what runs beside it, whatever the machine does today.
//
// Costs are of a machine in one state, and neighbours come and go: by costs of yesterday a model is
// blamed for the weather. So the runs that tell the costs are made among those that are predicted,
// in the same minutes, and no cell is one of them.
#pragma once

#include <string>

#include "bench/calibrate/calibration.hpp"
#include "bench/calibrate/validate.hpp"

namespace loopsteal {

struct SelfValidation {
  CostsFile costs;  ///< Found in these minutes.
  Predictor predictor;
  Validation validation;  ///< With them; `other` is of the costs that are kept.
};

struct FoundCosts {
  std::string name;  ///< Of those found.
  std::string kept;  ///< Of those that are kept, which read_costs_file() knows.
  int runs_in_a_turn = 1;
};

/// Runs the cells and what calibrates, interleaved, and predicts the ones from the others. Throws
/// as validate() does.
SelfValidation validate_with_found_costs(Calibration& calibration, const FoundCosts& found,
                                         std::span<const PredictionCell> cells,
                                         const WorkloadCatalog& workloads,
                                         ValidationOptions options, CostsFile head);

}  // namespace loopsteal
