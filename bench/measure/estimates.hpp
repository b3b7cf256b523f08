// What virtual runs say of a point, and how well they know it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/estimate/student.hpp"
#include "bench/theory/prediction.hpp"

namespace loopsteal {

/// Estimates of one point, times in ns. What does not apply is absent: a makespan has no interval
/// in a steady state, and what has no requests has no sojourn.
struct Estimates {
  std::string estimand;  ///< What is estimated, and by which method.
  std::uint32_t replications = 1;
  std::uint64_t warmup_deleted = 0;  ///< Requests at the beginning of each replication.
  std::optional<Interval> sojourn_mean;
  std::optional<Interval> wait_mean;
  std::optional<Interval> sojourn_p50;
  std::optional<Interval> sojourn_p99;
  std::optional<Interval> makespan;
  std::optional<double> precision_asked;  ///< Relative half-width of what decides.
  double precision_reached = 0;           ///< The same as it came out.
  bool trustworthy = true;  ///< The run is long enough for its interval to be believed.
  /// What decides, by replication: the mean sojourn, or the makespan. Empty for one run.
  std::vector<double> by_replication;
  /// What queueing theory says of the same, scaled to ns.
  std::optional<theory::Prediction> theory;

  /// The mean sojourn where there are requests, else the makespan.
  [[nodiscard]] const std::optional<Interval>& deciding() const {
    return sojourn_mean ? sojourn_mean : makespan;
  }
};

}  // namespace loopsteal
