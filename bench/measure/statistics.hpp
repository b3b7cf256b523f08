// What repetitions of two points allow one to say: a ratio with its interval, or a tie.
//
// Medians, since one disturbed repetition must not move the answer; a bootstrap interval, since
// nothing is known about the distribution of the times; the Mann-Whitney U test beside it, since
// Google Benchmark's users look for its p-value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// A comparison of two sides, `one` over `other`.
struct Comparison {
  Ratio ratio;
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

/// Compares `one` over `other`, both positive and known without an error.
Comparison compare_exactly(double one, double other);

/// The verdict that the interval of `ratio` allows.
Verdict verdict_of(const Ratio& ratio);

}  // namespace loopsteal
