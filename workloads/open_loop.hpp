// Description of a workload whose requests do not wait for each other, known before the run: enough
// to tell whether its workers can keep up, how long it takes to know its means, and what queueing
// theory predicts.
#pragma once
#include <cstdint>
#include <optional>

#include "sched/core/time.hpp"
#include "workloads/support/arrivals.hpp"
#include "workloads/support/service_times.hpp"

namespace loopsteal {

/// Requests that arrive at their own times, each with its work. They are independent of each other
/// unless they come from a trace. All numbers are the requested ones; for a trace they are counted.
struct OpenLoop {
  /// Nothing: the arrivals of a trace.
  std::optional<ArrivalKind> arrivals{};
  /// Nothing: the sizes of a trace.
  std::optional<ServiceKind> service{};
  /// Work that arrives per unit of time, divided by what the workers of the setup can do in it.
  /// From 1 on, queues grow for as long as requests arrive; a run of a finite number of requests
  /// still ends.
  double load = 0;
  double mean_gap_ns = 0;  ///< From one arrival to the next. 0: all at once; then load is infinite.
  double arrival_cv2 = 0;  ///< Variance over squared mean of the gaps.
  double mean_service_ns = 0;  ///< Work of a request.
  double service_cv2 = 0;      ///< Variance over squared mean of the work; may be infinite.
  std::uint64_t count = 0;     ///< Requests in a run.
};

}  // namespace loopsteal
