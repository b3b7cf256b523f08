// What is known beforehand of a workload whose requests do not wait for each other: enough to say
// whether its workers can keep up, how long it takes to know its means, and what queueing theory
// expects.
#pragma once
#include <cstdint>
#include <optional>

#include "sched/core/time.hpp"
#include "workloads/support/arrivals.hpp"
#include "workloads/support/service_times.hpp"

namespace loopsteal {

/// Requests that arrive on their own, each with its work; independent of each other unless they
/// come from a trace. All of it is as asked for, but for a trace: there it is counted.
struct OpenLoop {
  /// None: the arrivals of a trace.
  std::optional<ArrivalKind> arrivals{};
  /// None: the sizes of a trace.
  std::optional<ServiceKind> service{};
  /// Work that arrives in a time, relative to what the workers of the setup can do in it. From 1 on
  /// queues grow for as long as requests arrive; a run of a number of them ends all the same.
  double load = 0;
  double mean_gap_ns = 0;  ///< From one arrival to the next. 0: all at once; then load is infinite.
  double arrival_cv2 = 0;  ///< Variance over squared mean of those gaps.
  double mean_service_ns = 0;  ///< Work of a request.
  double service_cv2 = 0;      ///< Variance over squared mean of that; may be infinite.
  std::uint64_t count = 0;     ///< Requests in a run.
};

}  // namespace loopsteal
