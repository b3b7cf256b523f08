// Whole workloads that an original and virtual time both run.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/calibrate/originals/server.hpp"
#include "bench/calibrate/prediction.hpp"

namespace loopsteal {

/// None was run to calibrate.
[[nodiscard]] std::vector<PredictionCell> original_cells(const OriginalTarget& target,
                                                         const WorkloadCatalog& workloads);

/// What the original is to run so that it is the same cell: with the same arrivals and sizes.
[[nodiscard]] OriginalRun original_run_of(const PredictionCell& cell, std::uint64_t seed,
                                          const WorkloadCatalog& workloads);

[[nodiscard]] RunFigures figures_of(const OriginalAnswer& answer);

}  // namespace loopsteal
