// A quantile of all replications together, and its interval.
//
// The mean of each replication's quantile would be another number: where a few replications are
// much worse than the others, far from the quantile of all. The interval is by the indirect method:
// how sure the share of requests below the quantile is, over the replications, and which quantiles
// those shares are.
#pragma once

#include <span>
#include <vector>

#include "bench/statistics/histogram.hpp"
#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// The latencies of one replication: bins in rising order.
using LatencyBins = std::vector<LatencyHistogram::Bin>;

/// The share of one replication that is at most `latency_ns`, interpolated as below.
double share_up_to(const LatencyBins& bins, double latency_ns);

/// The latency in ns that the share `beyond` of all exceed; 0 < beyond < 1. Interpolated within a
/// bin, as if latencies lay evenly in it. Replications count alike, however long. None may be
/// empty, and there is at least one.
Estimate pooled_quantile(std::span<const LatencyBins> replications, double beyond,
                         double confidence = kConfidence);

/// The quantile `q` of one run whose latencies are in bins: of `all` that count, with an interval
/// from shares of `batches` of equal length, as quantile_intervals() has it from single values. The
/// value is interpolated; the interval ends where bins end, so the width of a bin is part of it.
/// Fewer than two batches give no interval: it has no end. Neither `all` nor a batch is empty;
/// 0 < q < 1.
Estimate binned_quantile(const LatencyBins& all, std::span<const LatencyBins> batches, double q,
                         double confidence = kConfidence);

}  // namespace loopsteal
