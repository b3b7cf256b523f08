// Whole workloads that both a reference runtime and virtual time run.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/calibrate/originals/server.hpp"
#include "bench/calibrate/prediction.hpp"

namespace loopsteal {

/// None of them was run to calibrate.
[[nodiscard]] std::vector<PredictionCell> original_cells(const OriginalTarget& target,
                                                         const WorkloadCatalog& workloads);

/// The runtime's run for the same cell: with the same arrivals and sizes.
[[nodiscard]] OriginalRun original_run_of(const PredictionCell& cell, std::uint64_t seed,
                                          const WorkloadCatalog& workloads);

[[nodiscard]] RunFigures figures_of(const OriginalAnswer& answer);

}  // namespace loopsteal
