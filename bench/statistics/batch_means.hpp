// The interval of a mean from one long run: its values in order are cut into batches, and the means
// of long batches are nearly independent where the single values are not.
//
// There are few long batches, 20 to 40: more would be correlated sooner, and would hardly narrow
// the interval (Schmeiser, "Batch size effects in the analysis of simulation output", 1982). If
// neighbouring batches are correlated, batches of twice the size are tried. Quantiles have a file
// of their own, quantile.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// How many batches are tried: 40, then 20, and 10 as the last resort.
inline constexpr std::size_t kBatchesMax = 40;
inline constexpr std::size_t kBatchesMin = 20;
inline constexpr std::size_t kBatchesLastResort = 10;

/// Neighbouring batches count as independent below this autocorrelation. Of 20 independent ones the
/// estimate is spread by 0.22 around -0.05, so about one run in eleven is flagged for nothing; its
/// interval is a few per cent wider for that, and covers as often.
inline constexpr double kBatchCorrelationMax = 0.1;

/// Ten batches that stay correlated by more than this are flagged: the run has not forgotten how it
/// began. Of ten independent ones the estimate is spread by 0.32 around -0.1.
inline constexpr double kTrendMin = 0.5;

/// What the batches of a run say.
struct BatchEstimate {
  Interval interval;           ///< Over the batches, which `n` counts.
  std::size_t batch_size = 0;  ///< Values in each.
  std::size_t left_out = 0;    ///< Values at the beginning that filled no batch.
  double lag1 = 0;             ///< Autocorrelation of neighbouring batches, at the size chosen.
  /// Even ten batches are correlated by more than kTrendMin, or there were not that many values:
  /// the interval is likely too narrow, or has no end.
  bool correlated = false;
};

/// The correlation of each value with the next one (Box and Jenkins' r1); 0 if all are equal or
/// fewer than two.
double lag1_autocorrelation(std::span<const double> values);

/// The mean of a run from its `values` in order of index (requests in order of arrival), without
/// warm-up. What does not divide evenly is left out at the beginning, nearest to the warm-up.
BatchEstimate batch_means(std::span<const double> values, double confidence = kConfidence);

/// The same from the sums of kBatchesMax batches of `size` values each, where the values themselves
/// are gone. `left_out` values came before the first batch. At least one value a batch.
BatchEstimate batch_means_of_sums(std::span<const double, kBatchesMax> sums, std::size_t size,
                                  std::size_t left_out, double confidence = kConfidence);

}  // namespace loopsteal
