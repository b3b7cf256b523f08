// What repetitions of two points allow one to say: how many times as fast, how sure, or a tie.
//
// Medians, since one disturbed repetition must not move the answer; a bootstrap interval, since
// nothing is known about the distribution of the times; the Mann-Whitney U test beside it, since
// Google Benchmark's users look for its p-value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace loopsteal {

/// The middle value, or the mean of the two middle ones. `values` is not empty.
double median(std::span<const double> values);

/// The value that a share of `q`, from 0 to 1, lies below; between two values by straight line.
/// `values` is not empty.
double interpolated_quantile(std::vector<double> values, double q);

/// A ratio and the interval that covers it in 95 of 100 such experiments.
struct Ratio {
  double value = 1;
  double low = 1;
  double high = 1;
};

/// median(numerator) / median(denominator) with its percentile bootstrap interval: 2,000 times both
/// are drawn anew from themselves. The same input and seed give the same interval. Both are not
/// empty and positive; one value alone gives an interval without width.
Ratio ratio_of_medians(std::span<const double> numerator, std::span<const double> denominator,
                       std::uint64_t seed);

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

/// Fewer repetitions than this decide nothing.
inline constexpr std::size_t kRepetitionsForVerdict = 3;

/// Compares two sides, `one` over `other`.
struct Comparison {
  Ratio ratio;
  double p_value = 1;
  Verdict verdict = Verdict::undecided;
  /// A tie whose interval lies within 5 % of 1: not only no difference shown, but none of note
  /// there.
  bool equivalent = false;
};

Comparison compare(std::span<const double> one, std::span<const double> other, std::uint64_t seed);

}  // namespace loopsteal
