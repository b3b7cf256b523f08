// Costs of our schedulers' operations on this machine, measured through the policies on real
// threads and separated by least squares.
//
// The time of a run on one worker is the sum of its operations. So probes with different operations
// in different proportions, each counted exactly, give equations whose unknowns are the costs.
// Costs that take two workers (waking, stealing) are solved for afterwards, with the rest known.
// Each repetition gives a separate solution, and these give the spread.
#pragma once

#include <memory>

#include "bench/calibrate/calibration.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// Uses two threads at most, with each run in a separate process; `scale` is a factor of the
/// probes' sizes. `workloads` must outlive it.
[[nodiscard]] std::unique_ptr<Calibration> own_calibration(const WorkloadCatalog& workloads,
                                                           double scale);

}  // namespace loopsteal
