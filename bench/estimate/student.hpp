// Intervals of a mean by Student's t: what all estimates of simulated runs are quoted with.
//
// The values have to be independent or nearly so: means of batches, or of replications. Of single
// requests, which wait behind each other, such an interval is far too narrow.
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

  friend bool operator==(const Interval&, const Interval&) = default;
};

/// The interval mean +- t * s / sqrt(n) of independent values: the mean is added up in their order,
/// so the same values give the same bits. Without values the mean is 0.
Interval t_interval(std::span<const double> values, double confidence = kConfidence);

}  // namespace loopsteal
