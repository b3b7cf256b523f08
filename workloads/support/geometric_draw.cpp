#include "workloads/support/geometric_draw.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loopsteal {
namespace {

constexpr double kNumbers = 2147483648.0;

// Bisection. `from` is a number that draws `most` or less.
std::int32_t last_that_draws(std::int32_t most, double log_failure, std::int32_t from) noexcept {
  std::int32_t last = from;
  std::int32_t end = std::numeric_limits<std::int32_t>::max();
  while (last < end) {
    const std::int32_t middle = end - (end - last) / 2;  // Above `last`, so the loop ends.
    if (GeometricDraw::by_formula(middle, log_failure) <= most)
      last = middle;
    else
      end = middle - 1;
  }
  return last;
}

}  // namespace

GeometricDraw::GeometricDraw(double log_failure) noexcept : log_failure_(log_failure) {
  std::int32_t last = 0;
  for (std::size_t most = 0; most < kTabulated; ++most) {
    last = last_that_draws(static_cast<std::int32_t>(most), log_failure, last);
    last_below_[most] = last;
  }
}

std::int32_t GeometricDraw::by_formula(std::int32_t number, double log_failure) noexcept {
  const double share = static_cast<double>(number) / kNumbers;
  const double failures = std::log(1.0 - share) / log_failure;
  return static_cast<std::int32_t>(std::min(std::floor(failures), double{kMost}));
}

}  // namespace loopsteal
