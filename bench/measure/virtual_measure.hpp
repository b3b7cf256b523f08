// Points in virtual time: estimated by one run, or by as many replications as a precision takes.
//
// The estimand of a steady state (steady_state.hpp) is the mean sojourn of a system that has
// forgotten how it began: one run gives it by batch means, several give it by replications with
// deletion. Everything else ends by itself: every request of it counts, and what it estimates is
// averaged over replications with different seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bench/measure/row.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "workloads/open_loop.hpp"

namespace loopsteal {

/// Runs `point` once and adds its requests and their estimates to `row`, which is that of the
/// point. Of a steady state the warm-up is deleted, and intervals come from batches; a finite input
/// is counted whole. The outcome has no requests left. Throws
/// SpecError for a run too short for its warm-up, and what the run throws.
RunOutcome run_and_estimate(Row& row, const Point& point, const WorkloadInfo& workload,
                            Recorder* recorder);

/// Runs replications of `point` (with seeds from point.seed on) on point.threads threads until its
/// precision is reached. One row for all: counters are sums, the makespan is the mean, the trace
/// hash is that of all hashes in their order. `stop` is asked between replications. Throws what
/// one replication throws.
Row measure_precisely(const Point& point, const WorkloadCatalog& workloads,
                      const std::function<bool()>& stop);

}  // namespace loopsteal
