// Quantiles, and the interval of a quantile from one long run.
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

#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// The batches that a run is cut into. With 160 instead of 20 the 95 % interval of the p99 of a run
/// of 500 relaxation times covered 88 % instead of 91 % of 400 runs (M/M/1 at a load of 0.9).
inline constexpr std::size_t kQuantileBatches = 20;

/// The rank of the quantile `q` among `count` sorted values, from 1 on: the smallest rank that
/// covers the share `q` (nearest rank). Every quantile of a latency is taken by this rule.
/// `count` >= 1, 0 <= q <= 1. A product that rounding put just above a whole number counts as it.
std::uint64_t nearest_rank(std::uint64_t count, double q);

/// The value at the nearest rank of `q`; reorders `values`, which holds one value at least.
double quantile_of(std::span<double> values, double q);

/// The middle value, or the mean of the two middle ones. `values` is not empty.
double median(std::span<const double> values);
/// The same, without a copy; reorders `values`.
double median_in_place(std::span<double> values);

/// The value that a share of `q`, from 0 to 1, lies below; between two values by straight line.
/// `values` is not empty. For the spread of a few measurements; see nearest_rank().
double interpolated_quantile(std::vector<double> values, double q);

/// The quantiles `qs` of one run, in their order, from its `values` in order of index, without
/// warm-up. With fewer than two values a batch the intervals have no end.
std::vector<Estimate> quantile_intervals(std::span<const double> values, std::span<const double> qs,
                                         double confidence = kConfidence);

}  // namespace loopsteal
