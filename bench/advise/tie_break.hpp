// Compares two candidates with the same number of workers, by one metric, in pairs: both have the
// same input, so common effects cancel.
//
// Quantiles are compared as quoted, over the requests of all replications: one is worse than
// another if more of its requests are beyond the other's quantile.
#pragma once

#include <cstdint>

#include "bench/advise/evidence.hpp"

namespace loopsteal {

struct TieBreak {
  Objective by = {.metric = Metric::mean, .limit = 0};
  /// Differences up to this share do not count: nobody changes the scheduler for less. Our choice.
  double indifference = 0.01;
  double confidence = kConfidence;
  std::uint32_t replications = 2;  ///< Both have at least this many; they are compared on these.

  /// Lower is better: the metric itself, or its negative for a throughput.
  [[nodiscard]] double burden(const Evidence& evidence) const;

  /// Amount by which `one` is worse than `other` plus the indifference. Above 0, it is certainly
  /// worse; up to 0, it is not.
  [[nodiscard]] Interval worse_by(const Evidence& one, const Evidence& other) const;
};

}  // namespace loopsteal
