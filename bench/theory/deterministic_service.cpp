#include "bench/theory/deterministic_service.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>

#include "bench/theory/domain.hpp"
#include "bench/theory/quantile.hpp"

namespace loopsteal::theory {
namespace {

using Complex = std::complex<double>;

// A root of z^c = exp(load c (z - 1)) with its conjugate, or the real one, which stands alone.
struct Root {
  Complex z;
  bool real;
};

// All roots inside the unit circle: one for each c-th root of unity but 1, from
// z = unity exp(load (z - 1)), a contraction by `load`.
std::vector<Root> roots_of(std::uint64_t workers, double load) {
  std::vector<Root> roots;
  for (std::uint64_t k = 1; 2 * k <= workers; ++k) {
    const double turn = static_cast<double>(k) / static_cast<double>(workers);
    const Complex unity = std::polar(1.0, 2 * std::numbers::pi * turn);
    Complex z = 0;
    for (int round = 0; round < 10; ++round) z = unity * std::exp(load * (z - 1.0));
    for (int round = 0; round < 50; ++round) {  // Newton; two or three rounds do.
      const Complex image = unity * std::exp(load * (z - 1.0));
      const Complex step = (z - image) / (1.0 - load * image);
      z -= step;
      if (std::norm(step) < 1e-31) break;
    }
    roots.push_back({z, 2 * k == workers});
  }
  return roots;
}

// The logarithm of the product of (z - root) / (1 - root). Only one logarithm for eight factors,
// which neither overflow nor vanish.
Complex log_of_product(const std::vector<Root>& roots, Complex z) {
  Complex sum = 0;
  Complex product = 1;
  int factors = 0;
  for (const Root& root : roots) {
    const Complex factor =
        root.real ? (z - root.z) / (1.0 - root.z)
                  : (z * (z - 2 * root.z.real()) + std::norm(root.z)) / std::norm(1.0 - root.z);
    // Written out: the operator of std::complex looks for infinities.
    product = {product.real() * factor.real() - product.imag() * factor.imag(),
               product.real() * factor.imag() + product.imag() * factor.real()};
    if (++factors % 8 == 0) {
      sum += std::log(product);
      product = 1;
    }
  }
  return sum + std::log(product);
}

// In place: values[n] = sum over m of values[m] exp(-2 pi i m n / size), size a power of two.
void fourier(std::vector<Complex>& values) {
  const std::size_t size = values.size();
  for (std::size_t i = 1, j = 0; i < size; ++i) {  // j is i with its bits in reverse.
    std::size_t bit = size >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j |= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t half = 1; half < size; half *= 2) {
    for (std::size_t k = 0; k < half; ++k) {
      const double turn = static_cast<double>(k) / static_cast<double>(half);
      const Complex twiddle = std::polar(1.0, -std::numbers::pi * turn);
      for (std::size_t begin = k; begin < size; begin += 2 * half) {
        const Complex odd = twiddle * values[begin + half];
        values[begin + half] = values[begin] - odd;
        values[begin] += odd;
      }
    }
  }
}

// How many states to tell apart so that the rest has less than 1e-15: their probabilities fall
// geometrically, by the root of z^c = exp(load c (z - 1)) outside the unit circle.
std::size_t states_needed(std::uint64_t workers, double load) {
  const auto beyond = [&](double log_root) { return load * std::expm1(log_root) > log_root; };
  double high = 1;
  while (!beyond(high)) high *= 2;
  const double log_root = first_where(0, high, beyond);
  const double c = static_cast<double>(workers);
  const double states = c + 35 / log_root + 4 * std::sqrt(c) + 16;
  return std::bit_ceil(static_cast<std::size_t>(states));
}

// P(n or fewer in the system) by inverting the generating function
// (c - load c) (z - 1) A(z) product(z) / (z^c - A(z)), A(z) = exp(load c (z - 1)), on the circle.
std::vector<double> invert(const std::vector<Root>& roots, std::uint64_t workers, double load) {
  const std::size_t size = states_needed(workers, load);
  const double c = static_cast<double>(workers);
  std::vector<Complex> values(size);
  values[0] = 1;
  for (std::size_t m = 1; 2 * m <= size; ++m) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(size);
    const Complex z = std::polar(1.0, angle);
    const Complex log_a = load * c * (z - 1.0);
    const Complex above = c * (1 - load) * (z - 1.0) * std::exp(log_of_product(roots, z) + log_a);
    values[m] = above / (std::polar(1.0, c * angle) - std::exp(log_a));
    values[size - m] = std::conj(values[m]);
  }
  fourier(values);
  std::vector<double> at_most(size);
  double sum = 0;
  for (std::size_t n = 0; n < size; ++n) {
    sum += values[n].real() / static_cast<double>(size);
    at_most[n] = std::clamp(sum, 0.0, 1.0);
  }
  return at_most;
}

// E[f(J)] for J with a Poisson distribution: outwards from its mode, so that nothing underflows.
template <class Function>
double poisson_mean_of(double mean, const Function& f) {
  const std::int64_t mode = static_cast<std::int64_t>(mean);
  double weights = 0;
  double sum = 0;
  double weight = 1;
  for (std::int64_t j = mode; weight > 1e-18; ++j) {
    weights += weight;
    sum += weight * f(j);
    weight *= mean / static_cast<double>(j + 1);
  }
  weight = static_cast<double>(mode) / mean;
  for (std::int64_t j = mode - 1; j >= 0 && weight > 1e-18; --j) {
    weights += weight;
    sum += weight * f(j);
    weight *= static_cast<double>(j) / mean;
  }
  return sum / weights;
}

}  // namespace

SharedDeterministic::SharedDeterministic(std::uint64_t workers, double load)
    : workers_(static_cast<double>(workers)), load_(load) {
  require_workers(workers);
  require_load(load);
  const std::vector<Root> roots = roots_of(workers, load);
  const double surplus = workers_ * (1 - load);
  double log_distances = 0;
  double inverse_distances = 0;
  for (const Root& root : roots) {
    const Complex distance = 1.0 - root.z;
    log_distances += std::log(std::abs(distance)) * (root.real ? 1 : 2);
    inverse_distances += (1.0 / distance).real() * (root.real ? 1 : 2);
  }
  const double offered = load * workers_;
  const double queue =
      inverse_distances - (workers_ * (workers_ - 1) - offered * offered) / (2 * surplus);
  wait_mean_ = std::max(0.0, queue / offered);
  probability_of_wait_ = std::max(0.0, -std::expm1(std::log(surplus) - log_distances));
  at_most_ = invert(roots, workers, load);
}

double SharedDeterministic::wait_tail(double x) const {
  // With x in the k-th service time from now, P(W <= x) is the chance that the number in the system
  // and the arrivals of the rest of that service time, k - x, together stay below (k + 1) c.
  const double periods = std::floor(x) + 1;
  const double mean = load_ * workers_ * (periods - x);
  const std::int64_t most = static_cast<std::int64_t>(workers_ * (periods + 1)) - 1;
  const auto not_too_many = [&](std::int64_t arrivals) {
    const std::int64_t others = most - arrivals;
    if (others < static_cast<std::int64_t>(workers_)) return 0.0;
    const auto index = static_cast<std::size_t>(others);
    return index < at_most_.size() ? at_most_[index] : 1.0;
  };
  return std::max(0.0, 1 - poisson_mean_of(mean, not_too_many));
}

double SharedDeterministic::wait_quantile(double share) const {
  require_share(share);
  if (1 - probability_of_wait_ >= share) return 0;
  return quantile_of_tail([this](double x) { return wait_tail(x); }, share);
}

}  // namespace loopsteal::theory
