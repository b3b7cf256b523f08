// What repetitions of two points allow one to say: a ratio with its interval, or a tie.
//
// Medians, since one disturbed repetition must not move the answer; a bootstrap interval, since
// nothing is known about the distribution of the times; the Mann-Whitney U test beside it, since
// Google Benchmark's users look for its p-value.
//
// That is for measured times, which share nothing. In virtual time replication k of two
// alternatives meets the same arrivals and sizes: pairs are compared, what is common to both
// cancels, and a few replications decide what hundreds of independent ones would not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "bench/statistics/interval.hpp"

namespace loopsteal {

/// median(numerator) / median(denominator) with its percentile bootstrap interval: 2,000 times both
/// are drawn anew from themselves. The same input and seed give the same interval. Both are not
/// empty and positive; one value alone gives an interval without width.
Estimate ratio_of_medians(std::span<const double> numerator, std::span<const double> denominator,
                          std::uint64_t seed);

/// The mean of one - other over pairs: element k of both is from replication k with the same seed.
/// Throws std::invalid_argument if there are not as many of one as of the other.
Interval paired_difference(std::span<const double> one, std::span<const double> other,
                           double confidence = kConfidence);

/// The same of one / other, where the interval does not reach below 0. All values are positive.
Estimate paired_ratio(std::span<const double> one, std::span<const double> other,
                      double confidence = kConfidence);

/// Whether there are values, and a ratio of or to each.
bool all_positive(std::span<const double> values);

/// The two-sided p-value of the Mann-Whitney U test that both come from one distribution: exact for
/// up to 20 values a side without ties, else the normal approximation corrected for ties and
/// continuity. 1 when a side is empty.
double mann_whitney_p(std::span<const double> one, std::span<const double> other);

/// What may be claimed of a ratio.
enum class Verdict {
  higher,     ///< The interval lies above 1.
  lower,      ///< The interval lies below 1.
  tie,        ///< The interval contains 1: no difference was shown.
  undecided,  ///< Too few repetitions for an interval that means anything.
};
std::string_view to_string(Verdict verdict);

/// Fewer repetitions than this decide nothing.
inline constexpr std::size_t kRepetitionsForVerdict = 3;

/// A comparison of two sides, `one` over `other`.
struct Comparison {
  Estimate ratio;
  /// Of the Mann-Whitney U test; absent where it was not made.
  std::optional<double> p_value = std::nullopt;
  Verdict verdict = Verdict::undecided;
  std::size_t runs = 0;         ///< Of the side with fewer runs.
  std::size_t runs_needed = 0;  ///< For a verdict.
  /// All runs of each side are one and the same run: the ratio has no interval and needs none.
  bool exact = false;
  /// A tie whose interval lies within 5 % of 1: a larger difference is excluded.
  bool equivalent = false;
};

/// `relative_error` is how far off each value may be by itself, relative to its own: the interval
/// is wider by as much on both sides.
Comparison compare(std::span<const double> one, std::span<const double> other, std::uint64_t seed,
                   double relative_error = 0);

/// The same by pairs of replications, as many as both have: at least one, all positive.
Comparison compare_pairs(std::span<const double> one, std::span<const double> other);

/// Compares `one` over `other`, both positive and known without an error.
Comparison compare_exactly(double one, double other);

/// The verdict that the interval of `ratio` allows.
Verdict verdict_of(const Estimate& ratio);

}  // namespace loopsteal
