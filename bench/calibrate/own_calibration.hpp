// What the operations of our schedulers cost on this machine: measured through the policies on real
// threads, and taken apart by least squares.
//
// A run of one worker takes as long as its operations do. So probes that do different things in
// different proportions, each counted exactly, give equations whose unknowns are the costs. What
// takes two workers (waking, stealing) is solved for afterwards, with the rest known. Each
// repetition gives a solution of its own, and these the spread.
#pragma once

#include <memory>

#include "bench/calibrate/calibration.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// On two threads at most, each run in a process of its own; `scale` is of the probes' sizes.
/// `workloads` outlives it.
[[nodiscard]] std::unique_ptr<Calibration> own_calibration(const WorkloadCatalog& workloads,
                                                           double scale);

}  // namespace loopsteal
