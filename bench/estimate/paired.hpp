// Two alternatives on the same randomness: replication k of both meets the same arrivals and sizes,
// so that what is common to both cancels in their difference, and a few replications decide what
// hundreds of independent ones would not.
//
// compare() of bench/measure/statistics.hpp is for measured times, which share nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "bench/estimate/student.hpp"

namespace loopsteal {

/// Which of two values of an estimand is the better one.
enum class Better { lower, higher };

/// What may be claimed of one alternative against the other.
enum class PairedVerdict {
  better,     ///< The interval of the difference lies on the better side of 0.
  worse,      ///< It lies on the other side.
  tie,        ///< It contains 0: no difference was shown.
  undecided,  ///< Fewer than kReplicationsMin pairs.
};

/// One alternative against the other, over the replications of both.
struct PairedComparison {
  Interval difference;            ///< Of one - other.
  std::optional<Interval> ratio;  ///< Of one / other; none if an `other` is 0 or less.
  PairedVerdict verdict = PairedVerdict::undecided;
};

/// Compares the values of one estimand by replication: element k of both is from replication k with
/// the same seed. Throws std::invalid_argument if there are not as many of one as of the other.
PairedComparison compare_paired(std::span<const double> one, std::span<const double> other,
                                Better better = Better::lower, double confidence = kConfidence);

}  // namespace loopsteal
