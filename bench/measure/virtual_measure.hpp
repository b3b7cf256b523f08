// Points in virtual time: estimated by one run, or by as many replications as a precision takes.
//
// Requests that arrive on their own are a steady state: their estimand is the mean sojourn of a
// system that has forgotten how it began. One run gives it by batch means, several by replications
// with deletion. Everything else ends by itself: its makespan is estimated over replications with
// different seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "workloads/open_loop.hpp"

namespace loopsteal {

/// What a steady state of `point`, a checked() one, is made of; none for what ends by itself.
std::optional<OpenLoop> open_loop_of(const Point& point, const WorkloadCatalog& workloads);

/// How long the replications of some points have to be.
struct ReplicationPlan {
  std::uint64_t requests = 0;  ///< In each replication, of what has requests.
  std::string forecast;        ///< What it takes, and what is wrong with it, for people.
};

/// The plan for `point` and its `precision`. All points that are compared should have the longest
/// one's requests: then replication k of each meets the same input.
ReplicationPlan plan_replications(const Point& point, const WorkloadCatalog& workloads);

/// The bounds that greedy scheduling has for `point`, in ns; absent where its work is not known
/// beforehand, or operations cost something.
std::optional<theory::MakespanBounds> greedy_bounds_of(const Point& point,
                                                       const WorkloadInfo& workload);

/// Adds the estimates of one run of an open loop to its row: the warm-up is deleted from its
/// histograms, intervals come from batch means, and theory stands beside them.
void estimate_one_run(Row& row, const Point& point, const OpenLoop& loop,
                      std::span<const RequestSample> samples);

/// Runs replications of `point` (with seeds from point.seed on) on point.threads threads until its
/// precision is reached. One row for all: counters are sums, the makespan is the mean, the trace
/// hash is that of all hashes in their order. `stop` is asked between replications. Throws what
/// one replication throws.
Row measure_precisely(const Point& point, const WorkloadCatalog& workloads,
                      const std::function<bool()>& stop);

}  // namespace loopsteal
