#include "bench/theory/wait_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "bench/theory/domain.hpp"
#include "bench/theory/quantile.hpp"

namespace loopsteal::theory {
namespace {

// The longest lattice has 2^44 service times.
constexpr int kLevels = 40;

// P(W <= x) at 0, step, 2 step ..., and linear in between.
struct Lattice {
  double step = 0;
  std::vector<double> at_most;

  double end() const { return step * static_cast<double>(at_most.size() - 1); }
  double at(double x) const {
    if (x < 0) return 0;
    if (x >= end()) return at_most.back();
    const double place = x / step;
    const auto k = static_cast<std::size_t>(place);
    return std::lerp(at_most[k], at_most[k + 1], place - static_cast<double>(k));
  }
};

// A service of one or two sizes: the residual is uniform up to each size, so its mean is a
// difference of integrals of P(W <= x), and a lattice costs only its length.
Lattice solve_for_atoms(double load, const Service& service, double step, std::size_t points) {
  Lattice lattice{step, std::vector<double>(points, 1 - load)};
  std::vector<double>& w = lattice.at_most;
  std::vector<double> integrals(points, 0);
  const auto integral_to = [&](double x, std::size_t last) {
    if (x <= 0) return 0.0;
    const double place = x / step;
    const std::size_t k = std::min(static_cast<std::size_t>(place), last);
    const double part = k < last ? place - static_cast<double>(k) : 0;
    const double slope = k < last ? w[k + 1] - w[k] : 0;
    return integrals[k] + step * part * (w[k] + slope * part / 2);
  };
  for (std::size_t k = 1; k < points; ++k) {
    const double x = step * static_cast<double>(k);
    double own = 0;  // The weight of the unknown w[k] in the integral.
    double known = 0;
    for (const Service::Atom& atom : service.atoms()) {
      const double p = atom.probability;
      if (atom.size >= step) {
        own += p * step / 2;
        known += p * (integrals[k - 1] + step / 2 * w[k - 1] - integral_to(x - atom.size, k - 1));
      } else {
        const double corner = atom.size * atom.size / (2 * step);
        own += p * (atom.size - corner);
        known += p * corner * w[k - 1];
      }
    }
    w[k] = (1 - load + load * known) / (1 - load * own);
    integrals[k] = integrals[k - 1] + step / 2 * (w[k - 1] + w[k]);
  }
  return lattice;
}

// Any service. In the cell from j to j + 1 the residual weighs the value at its near end with
// near[j] and at its far end with far[j].
Lattice solve_for_any(double load, const Service& service, double step, std::size_t points) {
  std::vector<double> far(points);
  std::vector<double> weights(points);  // Of the value j steps back: near[j] + far[j - 1].
  double begin = 0;
  double begin_integral = 0;
  for (std::size_t j = 0; j < points; ++j) {
    const double x = step * static_cast<double>(j + 1);
    const double end = service.residual_cdf(x);
    const double end_integral = service.residual_cdf_integral(x);
    const double mean = (end_integral - begin_integral) / step;
    far[j] = end - mean;
    weights[j] = mean - begin + (j > 0 ? far[j - 1] : 0);
    begin = end;
    begin_integral = end_integral;
  }
  Lattice lattice{step, std::vector<double>(points, 1 - load)};
  std::vector<double>& w = lattice.at_most;
  for (std::size_t k = 1; k < points; ++k) {
    double sum = far[k - 1] * w[0];
    for (std::size_t j = 1; j < k; ++j) sum += weights[j] * w[k - j];
    w[k] = (1 - load + load * sum) / (1 - load * weights[0]);
  }
  return lattice;
}

// P(W + S <= t) for t within the lattice.
double sojourn_at_most(const Lattice& lattice, const Service& service, double t) {
  if (t <= 0) return 0;
  double sum = 0;
  for (const Service::Atom& atom : service.atoms()) {
    sum += atom.probability * lattice.at(t - atom.size);
  }
  if (!service.atoms().empty()) return sum;
  // By parts: the slopes of P(W <= x) times the integral of P(S <= t - x) over each step, which is
  // its length less what the residual says about the rest.
  const auto service_integral = [&](double x) { return x > 0 ? x - service.residual_cdf(x) : 0; };
  sum = lattice.at_most[0] * service.cdf(t);
  double begin_integral = service_integral(t);
  for (std::size_t k = 1; k < lattice.at_most.size() && begin_integral > 0; ++k) {
    const double end_integral = service_integral(t - lattice.step * static_cast<double>(k));
    const double slope = (lattice.at_most[k] - lattice.at_most[k - 1]) / lattice.step;
    sum += slope * (begin_integral - end_integral);
    begin_integral = end_integral;
  }
  return sum;
}

// The smallest x at which a lattice that is long enough reaches the share.
template <class AtMost>
double quantile_on(const Lattice& lattice, double share, const AtMost& at_most) {
  if (at_most(lattice, 0.0) >= share) return 0;
  return first_where(0, lattice.end(), [&](double x) { return at_most(lattice, x) >= share; });
}

// Lattices of the same number of points, each twice as long as the one before, until one holds the
// quantile: short quantiles get short steps.
template <class AtMost>
double quantile(double load, const Service& service, double share, const AtMost& at_most) {
  require_share(share);
  const bool atoms = !service.atoms().empty();
  const auto solve = [&](double step, std::size_t steps) {
    return atoms ? solve_for_atoms(load, service, step, steps + 1)
                 : solve_for_any(load, service, step, steps + 1);
  };
  const std::size_t steps = atoms ? 65'536 : 1'024;
  double step = atoms ? 1.0 / 1'024 : 1.0 / 64;
  for (int level = 0; level < kLevels; ++level, step *= 2) {
    const Lattice lattice = solve(step, steps);
    if (at_most(lattice, lattice.end()) < share) continue;
    const double coarse = quantile_on(lattice, share, at_most);
    if (atoms || coarse == 0) return coarse;
    // The error is a quarter with half the step (Richardson).
    const double fine = quantile_on(solve(step / 2, 2 * steps), share, at_most);
    return fine + (fine - coarse) / 3;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

SingleServerWait::SingleServerWait(double load, const Service& service)
    : load_(load), service_(service) {
  require_load(load);
}

double SingleServerWait::wait_quantile(double share) const {
  const auto at_most = [](const Lattice& lattice, double x) { return lattice.at(x); };
  return quantile(load_, service_, share, at_most);
}

double SingleServerWait::sojourn_quantile(double share) const {
  const auto at_most = [this](const Lattice& lattice, double t) {
    return sojourn_at_most(lattice, service_, t);
  };
  return quantile(load_, service_, share, at_most);
}

}  // namespace loopsteal::theory
