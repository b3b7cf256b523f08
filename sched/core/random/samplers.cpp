#include "sched/core/random/samplers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sched/core/random/portable_math.hpp"

namespace loopsteal {
namespace {

double unit_exponential_of(double uniform) noexcept {
  // 1 - u is in (0, 1]: never the logarithm of zero.
  return -portable_log(1.0 - uniform);
}

}  // namespace

double unit_exponential(Stream& stream) noexcept { return unit_exponential_of(stream.uniform()); }

double unit_normal(Stream& stream) noexcept {
  for (;;) {
    const double x = 2 * stream.uniform() - 1;
    const double y = 2 * stream.uniform() - 1;
    const double square = x * x + y * y;
    // IEEE 754 rounds std::sqrt correctly, so it is the same everywhere.
    if (square > 0 && square < 1) return x * std::sqrt(-2 * portable_log(square) / square);
  }
}

Duration to_duration(double nanoseconds) noexcept {
  constexpr double kLongest = 0x1.0p62;
  return Duration(static_cast<std::int64_t>(std::clamp(nanoseconds, 0.0, kLongest) + 0.5));
}

Duration exponential(Stream& stream, Duration mean) noexcept {
  return to_duration(static_cast<double>(mean.count()) * unit_exponential(stream));
}

void first_exponentials(const StreamRange& streams, double mean_ns,
                        std::span<Duration> into) noexcept {
  std::array<double, 64> uniforms;
  for (std::size_t done = 0; done < into.size(); done += uniforms.size()) {
    const std::span<double> some(uniforms.data(), std::min(uniforms.size(), into.size() - done));
    first_uniforms({streams.seed, streams.role, streams.first + done}, some);
    for (std::size_t i = 0; i < some.size(); ++i)
      into[done + i] = to_duration(mean_ns * unit_exponential_of(some[i]));
  }
}

Mixture::Mixture(std::span<const Part> parts, Duration mean) {
  double weights = 0;
  double sum = 0;
  double squares = 0;
  for (const Part& part : parts) {
    weights += part.weight;
    sum += part.weight * part.value;
    squares += part.weight * part.value * part.value;
  }
  const double own_mean = sum / weights;
  squared_variation_ = squares / weights / (own_mean * own_mean) - 1;
  const double scale = static_cast<double>(mean.count()) / own_mean;
  double cumulative = 0;
  for (const Part& part : parts) {
    cumulative += part.weight;
    steps_.push_back({cumulative / weights, to_duration(part.value * scale)});
  }
  steps_.back().share = 1;
}

Duration Mixture::of(double uniform) const noexcept {
  // A few steps: faster than a binary search. `uniform` is below 1, the last share.
  const Step* step = steps_.data();
  while (uniform >= step->share) ++step;
  return step->value;
}

Lognormal::Lognormal(Duration mean, double cv2) noexcept
    : median_ns_(static_cast<double>(mean.count()) / std::sqrt(1 + cv2)),
      sigma_(std::sqrt(portable_log(1 + cv2))) {}

Duration Lognormal::operator()(Stream& stream) const noexcept {
  return to_duration(median_ns_ * portable_exp(sigma_ * unit_normal(stream)));
}

Pareto::Pareto(Duration mean, double alpha) noexcept
    : scale_ns_(static_cast<double>(mean.count()) * (alpha - 1) / alpha),
      inverse_alpha_(1 / alpha) {}

Duration Pareto::of(double uniform) const noexcept {
  // The logarithm of a Pareto variable is exponential.
  return to_duration(scale_ns_ * portable_exp(unit_exponential_of(uniform) * inverse_alpha_));
}

Zipf::Zipf(std::size_t keys, double exponent) : cumulative_(keys) {
  double total = 0;
  for (std::size_t key = 0; key < keys; ++key) {
    total += portable_power(static_cast<double>(key + 1), -exponent);
    cumulative_[key] = total;
  }
  for (double& share : cumulative_) share /= total;
}

std::size_t Zipf::operator()(Stream& stream) const noexcept {
  const double share = stream.uniform();  // Below 1 = the last entry, so the search finds one.
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), share);
  return static_cast<std::size_t>(found - cumulative_.begin());
}

double Zipf::probability(std::size_t key) const noexcept {
  return key == 0 ? cumulative_[0] : cumulative_[key] - cumulative_[key - 1];
}

}  // namespace loopsteal
