// Which points are a steady state, how long their runs have to be, and what is deleted of them.
//
// Generated requests at a load below 1 have a steady state: it is estimated from a stretch of them,
// after a warm-up. Everything else ends by itself and is counted whole: traces, programs, and
// requests with Point::terminating. Every command asks this file, so that two commands give one
// number for one quantity.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "bench/measure/request_blocks.hpp"
#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/statistics/run_length.hpp"
#include "bench/statistics/warm_up.hpp"
#include "workloads/open_loop.hpp"

namespace loopsteal {

/// What is known of a steady state beforehand.
struct SteadyState {
  OpenLoop loop;
  QueueLoad queue;
};

/// The requests of `point`, a checked() one, if they arrive on their own; none for what ends by
/// itself.
std::optional<OpenLoop> open_loop_of(const Point& point, const WorkloadCatalog& workloads);

/// The steady state that runs of `point`, a checked() one, are a stretch of; none for a finite
/// input, on real threads and for a queue that only grows.
std::optional<SteadyState> steady_state_of(const Point& point, const WorkloadInfo& workload);

/// Requests that are deleted of a run of `requests` requests of a steady state, by the rule or as
/// Point::warm_up asks. Throws SpecError, with a remedy, for a run that is too short for it.
std::uint64_t warm_up_of(const Point& point, const SteadyState& state, std::uint64_t requests);

/// The counts for one run of `point`, in case it is too long to keep its requests; `state` as
/// steady_state_of() gives it. Both outlive the counts.
RequestBlocks blocks_for(const Point& point, const std::optional<SteadyState>& state);

/// Requests that runs of a steady state need, in all and warm-up included, before their mean
/// (without `q`) or the quantile `q` is shown. Infinite where no run is long enough.
double requests_needed(const SteadyState& state, std::optional<double> q = std::nullopt);

/// How long the runs of a point have to be.
struct RunPlan {
  /// In each run, in place of the workload's own number; 0: as the workload says.
  std::uint64_t requests = 0;
  std::string forecast;  ///< What a precision takes, and what is wrong with it, for people.
};

/// The plan for `repetitions` runs of `point`, or for its precision. A steady state whose workload
/// names no count gets as many requests as its mean needs, and its p99 if that is within reach; a
/// count that was named stands. Points that are compared should all have the longest one's
/// requests: then repetition k of each meets the same input. Throws SpecError for runs that are too
/// short or out of reach.
RunPlan plan_runs(const Point& point, const WorkloadCatalog& workloads, std::uint32_t repetitions);

/// `point` with the requests of its plan in its workload.
Point with_planned_requests(const Point& point);

/// Whether replications are many queues at once and can be fewer; see QueueLoad::samples.
std::uint32_t replications_min_of(const std::optional<SteadyState>& state);

}  // namespace loopsteal
