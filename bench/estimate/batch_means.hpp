// Intervals from one long run: its values in order are cut into batches, and the means (or the
// quantiles) of long batches are nearly independent where the single values are not.
//
// Few long batches, 20 to 40 of them: more would be correlated sooner, and would hardly narrow the
// interval (Schmeiser, "Batch size effects in the analysis of simulation output", 1982). If
// neighbouring batches still go together, batches of twice the size are tried.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "bench/estimate/student.hpp"

namespace loopsteal {

/// How many batches are tried: 40, then 20, and 10 as the last resort.
inline constexpr std::size_t kBatchesMax = 40;
inline constexpr std::size_t kBatchesMin = 20;
inline constexpr std::size_t kBatchesLastResort = 10;

/// Neighbouring batches count as independent below this autocorrelation. Of 20 independent ones the
/// estimate is spread by 0.22 around -0.05, so about one run in eleven is flagged for nothing; its
/// interval is a few per cent wider for that, and covers as often.
inline constexpr double kBatchCorrelationMax = 0.1;

/// A quantile is not quoted with fewer values than this beyond it.
inline constexpr std::size_t kBeyondMin = 100;

/// What the batches of a run say.
struct BatchEstimate {
  Interval interval;           ///< Over the batches, which `n` counts.
  std::size_t batch_size = 0;  ///< Values in each.
  std::size_t left_out = 0;    ///< Values at the beginning that filled no batch.
  double lag1 = 0;             ///< Autocorrelation of neighbouring batches, at the size chosen.
  /// Neither 40 nor 20 batches were independent, or there were not that many values: the interval
  /// is of the last resort or has no end, and is likely too narrow.
  bool correlated = false;
};

/// A quantile of a run.
struct BatchQuantile {
  double q = 0;
  BatchEstimate estimate;  ///< Mean and interval over the quantiles of the batches.
  std::size_t beyond = 0;  ///< How many of the values in batches lie beyond it.
  /// At least kBeyondMin do; the quantile is not to be quoted else.
  bool quotable = false;
};

/// The correlation of each value with the next one (Box and Jenkins' r1); 0 if all are equal or
/// fewer than two.
double lag1_autocorrelation(std::span<const double> values);

/// The mean of a run from its `values` in order of index (requests in order of arrival), without
/// warm-up. What does not divide evenly is left out at the beginning, nearest to the warm-up.
BatchEstimate batch_means(std::span<const double> values, double confidence = kConfidence);

/// The quantiles `qs` (each in 0 .. 1) of a run by nearest rank in each batch. The interval is the
/// one to quote; beside it stands the quantile of the whole run, which has less bias than the mean
/// of the batches when few values lie beyond it.
std::vector<BatchQuantile> batch_quantiles(std::span<const double> values,
                                           std::span<const double> qs,
                                           double confidence = kConfidence);

}  // namespace loopsteal
