// How well virtual time foretells an original, whatever the machine does today.
//
// Costs are of a machine in one state, and neighbours come and go: by costs of yesterday a model is
// blamed for the weather. So the runs that tell the costs are made among those that are predicted,
// in the same minutes, and no cell is one of them.
#pragma once

#include "bench/calibrate/originals/calibrate_original.hpp"
#include "bench/calibrate/validate.hpp"

namespace loopsteal {

struct OriginalValidation {
  CostsFile costs;  ///< Found in these minutes.
  Predictor predictor;
  Validation validation;  ///< With them; `other` is of the costs that are kept under its name.
};

/// Runs the cells and what calibrates, interleaved, and predicts the ones from the others.
/// `options.measure` runs a cell on the server. Throws as validate() does.
OriginalValidation validate_original(const OriginalTarget& target, OriginalServer& server,
                                     std::span<const PredictionCell> cells,
                                     const WorkloadCatalog& workloads, ValidationOptions options,
                                     CostsFile head);

}  // namespace loopsteal
