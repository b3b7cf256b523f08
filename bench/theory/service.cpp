#include "bench/theory/service.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "bench/theory/domain.hpp"

namespace loopsteal::theory {
namespace {

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

// Of f from `low` to `high`, by Simpson's rule. The integrands here are smooth, so that 4,000
// intervals leave an error near that of the arithmetic.
template <class Function>
double integral(double low, double high, const Function& f) {
  constexpr int kIntervals = 4'000;
  const double step = (high - low) / kIntervals;
  double sum = f(low) + f(high);
  for (int i = 1; i < kIntervals; ++i) sum += f(low + i * step) * (i % 2 == 1 ? 4 : 2);
  return sum * step / 3;
}

}  // namespace

Service Service::deterministic() {
  Service service(Kind::deterministic);
  service.atoms_[0] = {1, 1};
  service.atom_count_ = 1;
  return service;
}

Service Service::exponential() { return Service(Kind::exponential); }

Service Service::two_point(double short_size, double share_of_long) {
  if (!(short_size > 0 && short_size < 1 && share_of_long > 0 && share_of_long < 1)) {
    throw std::invalid_argument(
        "a two-point service needs a short size and a share of long ones above 0 and below 1, "
        "since its mean is 1");
  }
  Service service(Kind::two_point);
  const double share_of_short = 1 - share_of_long;
  service.atoms_[0] = {short_size, share_of_short};
  service.atoms_[1] = {(1 - share_of_short * short_size) / share_of_long, share_of_long};
  service.atom_count_ = 2;
  return service;
}

Service Service::lognormal(double cv2) {
  if (!(cv2 > 0 && std::isfinite(cv2))) {
    throw std::invalid_argument(
        "a lognormal service needs a squared coefficient of variation above 0: without variation "
        "it is deterministic");
  }
  Service service(Kind::lognormal);
  service.shape_ = std::sqrt(std::log1p(cv2));
  return service;
}

Service Service::pareto(double alpha) {
  if (!(alpha > 1 && std::isfinite(alpha))) {
    throw std::invalid_argument("a Pareto service has a mean only for alpha above 1");
  }
  Service service(Kind::pareto);
  service.shape_ = alpha;
  return service;
}

double Service::moment(int power) const {
  if (power < 1 || power > 3) throw std::invalid_argument("moments of service: 1, 2 and 3 only");
  switch (kind_) {
    case Kind::exponential:
      return std::tgamma(power + 1);
    case Kind::lognormal:
      return std::exp(power * (power - 1) * shape_ * shape_ / 2);
    case Kind::pareto: {
      if (shape_ <= power) return std::numeric_limits<double>::infinity();
      return shape_ * std::pow((shape_ - 1) / shape_, power) / (shape_ - power);
    }
    case Kind::deterministic:
    case Kind::two_point:
      break;
  }
  double sum = 0;
  for (const Atom& atom : atoms()) sum += atom.probability * std::pow(atom.size, power);
  return sum;
}

double Service::cdf(double x) const {
  if (x <= 0) return 0;
  switch (kind_) {
    case Kind::exponential:
      return -std::expm1(-x);
    case Kind::lognormal:
      return normal_cdf(std::log(x) / shape_ + shape_ / 2);
    case Kind::pareto: {
      const double least = (shape_ - 1) / shape_;
      return x <= least ? 0 : 1 - std::pow(x / least, -shape_);
    }
    case Kind::deterministic:
    case Kind::two_point:
      break;
  }
  double sum = 0;
  for (const Atom& atom : atoms()) sum += x >= atom.size ? atom.probability : 0;
  return sum;
}

double Service::residual_cdf(double x) const {
  if (x <= 0) return 0;
  switch (kind_) {
    case Kind::exponential:
      return -std::expm1(-x);
    case Kind::lognormal: {
      const double z = std::log(x) / shape_;
      return normal_cdf(z - shape_ / 2) + x * normal_cdf(-z - shape_ / 2);
    }
    case Kind::pareto: {
      const double least = (shape_ - 1) / shape_;
      if (x <= least) return x;
      return 1 - std::pow(x / least, 1 - shape_) / shape_;
    }
    case Kind::deterministic:
    case Kind::two_point:
      break;
  }
  double sum = 0;
  for (const Atom& atom : atoms()) sum += atom.probability * std::min(atom.size, x);
  return sum;
}

// E[min(S, x)^2].
double Service::limited_second_moment(double x) const {
  switch (kind_) {
    case Kind::exponential:
      return 2 * (1 - (1 + x) * std::exp(-x));
    case Kind::lognormal: {
      const double z = std::log(x) / shape_;
      return moment(2) * normal_cdf(z - 1.5 * shape_) + x * x * normal_cdf(-z - shape_ / 2);
    }
    case Kind::pareto: {
      const double least = (shape_ - 1) / shape_;
      if (x <= least) return x * x;
      // least^2 plus the integral of 2 u (u / least)^-alpha from `least` to x.
      const double grown = std::log(x / least);
      const double exponent = 2 - shape_;
      const double power = exponent == 0 ? grown : std::expm1(exponent * grown) / exponent;
      return least * least * (1 + 2 * power);
    }
    case Kind::deterministic:
    case Kind::two_point:
      break;
  }
  double sum = 0;
  for (const Atom& atom : atoms()) {
    const double limited = std::min(atom.size, x);
    sum += atom.probability * limited * limited;
  }
  return sum;
}

double Service::residual_cdf_integral(double x) const {
  if (x <= 0) return 0;
  return x * residual_cdf(x) - limited_second_moment(x) / 2;  // By parts.
}

double Service::laplace_complement(double s) const {
  if (s <= 0) return 0;
  switch (kind_) {
    case Kind::exponential:
      return s / (1 + s);
    case Kind::lognormal: {
      // Over the normal variable, to twelve deviations.
      const auto f = [&](double z) {
        const double size = std::exp(shape_ * (z - shape_ / 2));
        return -std::expm1(-s * size) * std::exp(-z * z / 2);
      };
      return integral(-12, 12, f) / std::sqrt(2 * std::numbers::pi);
    }
    case Kind::pareto: {
      // Over the logarithm of the size, which is exponential with rate alpha.
      const double least = (shape_ - 1) / shape_;
      const auto f = [&](double y) {
        return -std::expm1(-s * least * std::exp(y)) * shape_ * std::exp(-shape_ * y);
      };
      // Beyond, less than 1e-17 of the mean: it falls with exp(-(alpha - 1) y).
      return integral(0, 40 / (shape_ - 1), f);
    }
    case Kind::deterministic:
    case Kind::two_point:
      break;
  }
  double sum = 0;
  for (const Atom& atom : atoms()) sum -= atom.probability * std::expm1(-s * atom.size);
  return sum;
}

}  // namespace loopsteal::theory
