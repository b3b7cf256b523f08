// Estimates with their intervals; and the interval of a mean by Student's t, which all estimates of
// simulated runs are quoted with.
//
// The values of a t interval have to be independent or nearly so: means of batches, or of
// replications. Of single requests, which wait behind each other, such an interval is far too
// narrow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace loopsteal {

/// How often an interval shall cover the truth, unless said otherwise.
inline constexpr double kConfidence = 0.95;

/// The t with P(|T| <= t) = `confidence` for Student's distribution; 0 < confidence < 1,
/// `degrees_of_freedom` >= 1. At 19 degrees, 95 %: 2.093.
double student_t(double confidence, std::uint64_t degrees_of_freedom);

/// The same of the normal distribution, which student_t() tends to: 1.960 at 95 %.
double normal_z(double confidence);

/// A value and the interval around it, which need not be symmetric.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;  ///< Infinite when the values do not bound it.

  /// Of a value that is known without error.
  static Estimate exact(double value) { return {value, value, value}; }

  bool above(double bound) const { return low > bound; }
  bool below(double bound) const { return high < bound; }
  bool contains(double truth) const { return low <= truth && truth <= high; }
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// A mean and how far the truth may be from it, in the unit of the values.
struct Interval {
  double mean = 0;
  double half_width = 0;  ///< Infinite when there are fewer than two values.
  std::size_t n = 0;      ///< The values (batches, replications) it is made of.

  double low() const { return mean - half_width; }
  double high() const { return mean + half_width; }
  bool contains(double value) const { return low() <= value && value <= high(); }
  /// The half-width as a share of the mean: 0 without width, infinite around a mean of 0.
  double relative_half_width() const;
  operator Estimate() const { return {mean, low(), high()}; }

  friend bool operator==(const Interval&, const Interval&) = default;
};

/// The interval mean +- t * s / sqrt(n) of independent values: the mean is added up in their order,
/// so the same values give the same bits. Without values the mean is 0.
Interval t_interval(std::span<const double> values, double confidence = kConfidence);

}  // namespace loopsteal
