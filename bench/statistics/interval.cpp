#include "bench/statistics/interval.hpp"

#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace loopsteal {

double student_t(double confidence, std::uint64_t degrees_of_freedom) {
  const boost::math::students_t distribution(static_cast<double>(degrees_of_freedom));
  return boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
}

double normal_z(double confidence) {
  return boost::math::quantile(
      boost::math::complement(boost::math::normal(), (1 - confidence) / 2));
}

double Interval::relative_half_width() const {
  if (half_width == 0) return 0;
  if (mean == 0) return std::numeric_limits<double>::infinity();
  return half_width / std::abs(mean);
}

Interval t_interval(std::span<const double> values, double confidence) {
  Interval interval{
      .mean = 0, .half_width = std::numeric_limits<double>::infinity(), .n = values.size()};
  if (values.empty()) return interval;
  const double n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  interval.mean = sum / n;
  if (values.size() < 2) return interval;
  double squares = 0;
  for (const double value : values) squares += (value - interval.mean) * (value - interval.mean);
  interval.half_width = student_t(confidence, values.size() - 1) * std::sqrt(squares / (n - 1) / n);
  return interval;
}

}  // namespace loopsteal
