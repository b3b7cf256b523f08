// The interval of a quantile, from one long run or from replications.
//
// A quantile of each batch has the bias of a short run, and a mean of such quantiles keeps it. So
// the quantile is that of all values together, and its interval comes from a share: the share of
// each batch that lies above the quantile has a mean and, over nearly independent batches, an
// interval by Student's t. The values that those two shares of all values exceed are the ends of
// the interval (Heidelberger and Lewis, "Quantile estimation in dependent sequences", 1984). It
// need not be symmetric.
//
// How long a run has to be for its interval to cover as often as it says is a matter of the tail:
// jobs above a quantile come in clusters, one busy stretch each, and few clusters tell nothing of
// their own spread. jobs_for_quantile() of run_length.hpp has the rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/estimate/student.hpp"

namespace loopsteal {

/// The batches that a run is cut into. With 160 instead of 20 the 95 % interval of the p99 of a run
/// of 500 relaxation times covered 88 % instead of 91 % of 400 runs (M/M/1 at a load of 0.9).
inline constexpr std::size_t kQuantileBatches = 20;

/// A quantile and the interval that holds the true one.
struct QuantileInterval {
  double q = 0;  ///< 0.99 for p99.
  double value = 0;
  double low = 0;
  double high = 0;  ///< Infinite when the values do not bound it.

  bool contains(double truth) const { return low <= truth && truth <= high; }
  friend bool operator==(const QuantileInterval&, const QuantileInterval&) = default;
};

/// The rank of the quantile `q` among `count` sorted values, from 1 on: the smallest rank that
/// covers the share `q` (nearest rank). Every quantile of this program is taken by this rule.
/// `count` >= 1, 0 <= q <= 1. A product that rounding put just above a whole number counts as it.
std::uint64_t nearest_rank(std::uint64_t count, double q);

/// The value at the nearest rank of `q`; reorders `values`, which holds one value at least.
double quantile_of(std::span<double> values, double q);

/// The quantiles `qs` of one run from its `values` in order of index, without warm-up. With fewer
/// than two values a batch the intervals have no end.
std::vector<QuantileInterval> quantile_intervals(std::span<const double> values,
                                                 std::span<const double> qs,
                                                 double confidence = kConfidence);

}  // namespace loopsteal
