#include "bench/theory/busy_period.hpp"

#include <cmath>
#include <numbers>

#include "bench/theory/domain.hpp"
#include "bench/theory/quantile.hpp"

namespace loopsteal::theory {

LastComeExponential::LastComeExponential(double load) : load_(load) { require_load(load); }

// The mean of tail(rate) over the rates of which the busy period is a mixture: rate(angle) =
// 1 + load - 2 sqrt(load) cos(angle) with density (2 / pi) sin^2(angle) / rate. The trapezoidal sum
// of a periodic function converges geometrically.
template <class Tail>
double LastComeExponential::mixed(const Tail& tail) const {
  constexpr int kAngles = 4'000;
  const double root = std::sqrt(load_);
  double sum = 0;
  for (int i = 1; i < kAngles; ++i) {
    const double angle = std::numbers::pi * i / kAngles;
    const double sine = std::sin(angle);
    const double half = std::sin(angle / 2);
    const double rate = (1 - root) * (1 - root) + 4 * root * half * half;
    sum += sine * sine / rate * tail(rate);
  }
  return 2 * sum / kAngles;
}

double LastComeExponential::wait_tail(double x) const {
  return load_ * mixed([x](double rate) { return std::exp(-rate * x); });
}

double LastComeExponential::sojourn_tail(double t) const {
  const auto waited = [t](double rate) { return tail_of_service_and_exponential(rate, t); };
  return (1 - load_) * std::exp(-t) + load_ * mixed(waited);
}

double LastComeExponential::wait_quantile(double share) const {
  require_share(share);
  return quantile_of_tail([this](double x) { return wait_tail(x); }, share);
}

double LastComeExponential::sojourn_quantile(double share) const {
  require_share(share);
  return quantile_of_tail([this](double t) { return sojourn_tail(t); }, share);
}

}  // namespace loopsteal::theory
