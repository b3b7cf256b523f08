// Which of two candidates with as many workers is the better one, by one metric, in pairs: both met
// the same input, so what is common to both cancels.
//
// Quantiles are compared as they are quoted, over the requests of all replications: one is worse
// than another where more of its requests lie beyond the other's quantile.
#pragma once

#include <cstdint>

#include "bench/advise/evidence.hpp"

namespace loopsteal {

struct TieBreak {
  Objective by = {.metric = Metric::mean, .limit = 0};
  /// It has to differ by more than that share: nobody moves to another scheduler for less. Ours.
  double indifference = 0.01;
  double confidence = kConfidence;
  std::uint32_t replications = 2;  ///< The first so many; both have them.

  /// The smaller, the better: the metric, less than nothing of a throughput.
  [[nodiscard]] double burden(const Evidence& evidence) const;

  /// By how much `one` is worse than `other` and the indifference: above 0 it is worse for certain,
  /// up to 0 it is not.
  [[nodiscard]] Interval worse_by(const Evidence& one, const Evidence& other) const;
};

}  // namespace loopsteal
