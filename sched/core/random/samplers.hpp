// Samplers: turn random bits into gaps, sizes and keys.
//
// Times are whole nanoseconds, rounded to the nearest, so that their sums are exact. All samplers
// use portable_math.hpp and give the same values on every machine. Each takes its numbers from a
// Stream, so the k-th job's size is a pure function of (seed, role, k). Samplers that need a single
// number also accept it directly: `of(stream.uniform())` equals `operator()(stream)`. So the
// numbers of many jobs can be drawn at once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sched/core/random/random.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Exponentially distributed with mean 1. At most 36.74 (-ln 2^-53).
[[nodiscard]] double unit_exponential(Stream& stream) noexcept;

/// Normally distributed with mean 0 and variance 1 (Marsaglia's polar method; it drops the second
/// number of a pair, so that a draw leaves no state behind).
[[nodiscard]] double unit_normal(Stream& stream) noexcept;

/// Nearest whole number of nanoseconds, at least 0 and at most 2^62 ns (146 years), so that sums of
/// a few do not overflow.
[[nodiscard]] Duration to_duration(double nanoseconds) noexcept;

/// Exponentially distributed. `mean` >= 0.
[[nodiscard]] Duration exponential(Stream& stream, Duration mean) noexcept;

/// Exponentially distributed, one for each stream of a range: to_duration(`mean_ns` *
/// unit_exponential(stream)), as many as `into` has elements.
void first_exponentials(const StreamRange& streams, double mean_ns,
                        std::span<Duration> into) noexcept;

/// Two values: `rare` with probability `rare_share`, otherwise `usual`.
struct Bimodal {
  Duration usual;
  Duration rare;
  double rare_share;

  [[nodiscard]] Duration operator()(Stream& stream) const noexcept { return of(stream.uniform()); }
  [[nodiscard]] Duration of(double uniform) const noexcept {
    return uniform < rare_share ? rare : usual;
  }
};

/// One of a few values, each with its weight.
class Mixture {
 public:
  struct Part {
    double weight;  ///< Relative to the sum of all weights; above 0.
    double value;   ///< Relative to the other values; 0 or more.
  };

  /// The values are scaled so that their mean is `mean`. `parts` is not empty and has a value above
  /// 0.
  Mixture(std::span<const Part> parts, Duration mean);

  [[nodiscard]] Duration operator()(Stream& stream) const noexcept { return of(stream.uniform()); }
  [[nodiscard]] Duration of(double uniform) const noexcept;

  /// Variance over squared mean, of the values before they are rounded to nanoseconds.
  [[nodiscard]] double squared_variation() const noexcept { return squared_variation_; }

 private:
  struct Step {
    double share;  ///< Of this value and those before it; exactly 1 for the last one.
    Duration value;
  };
  std::vector<Step> steps_;
  double squared_variation_;
};

/// Lognormal by its mean and squared coefficient of variation: the logarithm has the variance
/// ln(1 + cv2). `mean` >= 0, `cv2` >= 0.
class Lognormal {
 public:
  Lognormal(Duration mean, double cv2) noexcept;
  [[nodiscard]] Duration operator()(Stream& stream) const noexcept;

 private:
  double median_ns_;
  double sigma_;
};

/// Pareto by its mean: P(X > x) = (scale / x)^alpha with scale = mean * (alpha - 1) / alpha.
/// `alpha` > 1; the variance is infinite up to 2, the third moment up to 3.
class Pareto {
 public:
  Pareto(Duration mean, double alpha) noexcept;
  [[nodiscard]] Duration operator()(Stream& stream) const noexcept { return of(stream.uniform()); }
  [[nodiscard]] Duration of(double uniform) const noexcept;

 private:
  double scale_ns_;
  double inverse_alpha_;
};

/// Zipf's law over keys 0 .. keys-1: P(k) proportional to 1 / (k + 1)^exponent. Key 0 is the
/// hottest. Keeps a table of `keys` numbers; a draw is a binary search. Immutable once made: any
/// number of threads may use it.
class Zipf {
 public:
  /// `keys` >= 1, `exponent` >= 0 (0 is the uniform distribution).
  Zipf(std::size_t keys, double exponent);

  [[nodiscard]] std::size_t operator()(Stream& stream) const noexcept;

  /// P(key).
  [[nodiscard]] double probability(std::size_t key) const noexcept;

 private:
  std::vector<double> cumulative_;  // P(K <= k); exactly 1 for the last key.
};

}  // namespace loopsteal
