// What virtual runs say of a point, and how well they know it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/statistics/interval.hpp"
#include "bench/theory/prediction.hpp"

namespace loopsteal {

/// What the runs of a point are samples of.
enum class Regime {
  /// A finite input, from its first job to its last: a trace, a program, or requests that are asked
  /// to end. Every job counts.
  terminating,
  /// Generated requests without end, of which a stretch is looked at. The warm-up does not count.
  steady,
};

/// A quantile of the sojourn in ns, with its 95 % interval.
struct SojournQuantile {
  double q = 0;  ///< 0.99 for p99.
  Estimate interval;
  /// Requests that the run needs before this quantile is shown; 0 when it has them.
  std::uint64_t requests_needed = 0;

  [[nodiscard]] bool trustworthy() const { return requests_needed == 0; }
};

/// Estimates of one point, times in ns. What does not apply is absent: a makespan has no interval
/// in a steady state, and a program without requests has no sojourn.
struct Estimates {
  Regime regime = Regime::terminating;
  std::string estimand;  ///< What is estimated, and by which method.
  std::uint32_t replications = 1;
  std::uint64_t warmup_deleted = 0;  ///< Requests at the beginning of each replication.
  std::optional<Interval> sojourn_mean;
  std::optional<Interval> wait_mean;
  std::vector<SojournQuantile> sojourn_quantiles;  ///< At kReportedQuantiles, where known.
  std::optional<Interval> makespan;
  std::optional<double> precision_asked;  ///< Relative half-width of what decides.
  double precision_reached = 0;           ///< The same as it came out.
  /// The run is long enough for the interval of its mean to be believed.
  bool trustworthy = true;
  /// Requests that the run, or all repetitions of it together, need for a mean that is shown; 0
  /// where the input is finite.
  std::uint64_t requests_needed = 0;
  /// What decides, by replication: the mean sojourn, or the makespan. Empty for one run.
  std::vector<double> by_replication;
  /// What queueing theory says of the same, scaled to ns.
  std::optional<theory::Prediction> theory;

  /// The quantile `q` of the sojourn; none where it was not estimated.
  [[nodiscard]] const SojournQuantile* quantile(double q) const {
    const auto found = std::ranges::find(sojourn_quantiles, q, &SojournQuantile::q);
    return found == sojourn_quantiles.end() ? nullptr : &*found;
  }

  /// The mean sojourn where there are requests, else the makespan.
  [[nodiscard]] const std::optional<Interval>& deciding() const {
    return sojourn_mean ? sojourn_mean : makespan;
  }
};

}  // namespace loopsteal
