// Quantiles by bisection: a distribution whose tail can be computed has all of its quantiles.
#pragma once

#include <cmath>

namespace loopsteal::theory {

/// The smallest x in [low, high] from which on `reached(x)` holds, to a relative 1e-13; `reached`
/// changes from false to true once, and holds at `high`.
template <class Reached>
double first_where(double low, double high, const Reached& reached) {
  for (int round = 0; round < 200 && high - low > 1e-13 * high; ++round) {
    const double middle = low + (high - low) / 2;
    (reached(middle) ? high : low) = middle;
  }
  return high;
}

/// The smallest x >= 0 with tail(x) <= 1 - share, where tail(x) = P(X > x) falls to 0. The share
/// lies above 0 and below 1.
template <class Tail>
double quantile_of_tail(const Tail& tail, double share) {
  const auto reached = [&](double x) { return tail(x) <= 1 - share; };
  if (reached(0)) return 0;
  double high = 1;
  while (!reached(high) && std::isfinite(high)) high *= 2;
  return first_where(high > 1 ? high / 2 : 0, high, reached);
}

/// P(A + B > t) for independent exponential A with mean 1 and B with rate `rate`; finite for every
/// t >= 0 and rate > 0, and smooth where both rates are equal.
inline double tail_of_service_and_exponential(double rate, double t) {
  const double difference = 1 - rate;
  if (std::abs(difference) < 1e-9) return std::exp(-t) * (1 + t);
  // The slower of the two goes before the bracket, so that nothing in it can overflow.
  if (difference > 0) {
    const double faded = std::exp(-difference * t);
    return std::exp(-rate * t) * (faded - std::expm1(-difference * t) / difference);
  }
  return std::exp(-t) * (1 + std::expm1(difference * t) / difference);
}

}  // namespace loopsteal::theory
