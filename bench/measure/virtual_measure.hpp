// Points in virtual time: estimated by one run, or by as many replications as a precision takes.
//
// The estimand of a steady state (steady_state.hpp) is the mean sojourn of a system that has
// forgotten how it began: one run gives it by batch means, several give it by replications with
// deletion. Everything else ends by itself: every request of it counts, and what it estimates is
// averaged over replications with different seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "workloads/open_loop.hpp"

namespace loopsteal {

/// The bounds that greedy scheduling has for `point`, in ns; absent where its work is not known
/// beforehand, or operations cost something.
std::optional<theory::MakespanBounds> greedy_bounds_of(const Point& point,
                                                       const WorkloadInfo& workload);

/// Adds the requests of one run and their estimates to the row of `point`. Of a steady state the
/// warm-up is deleted, intervals come from batches, and theory stands next to them; a finite input
/// is counted whole. Throws SpecError for a run too short for its warm-up.
void estimate_one_run(Row& row, const Point& point, const WorkloadInfo& workload,
                      std::span<const RequestSample> samples);

/// Runs replications of `point` (with seeds from point.seed on) on point.threads threads until its
/// precision is reached. One row for all: counters are sums, the makespan is the mean, the trace
/// hash is that of all hashes in their order. `stop` is asked between replications. Throws what
/// one replication throws.
Row measure_precisely(const Point& point, const WorkloadCatalog& workloads,
                      const std::function<bool()>& stop);

}  // namespace loopsteal
