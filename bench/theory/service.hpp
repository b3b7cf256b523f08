// Service times: distributions with mean 1, as the formulas need them.
//
// Queues with one server depend on the service through its moments, its residual (what is left of
// a service that a random instant falls into) and its Laplace transform; all are here, each to
// about twelve digits.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace loopsteal::theory {

/// A distribution of service times with mean 1. An immutable value.
class Service {
 public:
  enum class Kind { deterministic, exponential, two_point, lognormal, pareto };

  /// Every service takes 1.
  static Service deterministic();
  static Service exponential();
  /// `short_size` for most and, for `share_of_long` of them, the longer size that makes the mean 1.
  /// Throws std::invalid_argument unless 0 < short_size < 1 and 0 < share_of_long < 1.
  static Service two_point(double short_size, double share_of_long);
  /// 0.5, or for one in ten 5.5: squared coefficient of variation 2.25.
  static Service bimodal_1() { return two_point(0.5, 0.1); }
  /// 0.5, or for one in a thousand 500.5: squared coefficient of variation 249.75.
  static Service bimodal_2() { return two_point(0.5, 0.001); }
  /// With this squared coefficient of variation. Throws std::invalid_argument unless it is > 0.
  static Service lognormal(double cv2);
  /// P(S > x) = (x / least)^-alpha, least = (alpha - 1) / alpha. Throws std::invalid_argument
  /// unless alpha > 1: below, there is no mean.
  static Service pareto(double alpha);

  Kind kind() const { return kind_; }
  /// E[S^power] for power 1, 2 or 3; infinite where it does not exist.
  double moment(int power) const;
  /// Variance over squared mean.
  double cv2() const { return moment(2) - 1; }
  /// Of all sizes, where there are only one or two; empty otherwise.
  struct Atom {
    double size = 1;
    double probability = 0;
  };
  std::span<const Atom> atoms() const { return {atoms_.data(), atom_count_}; }

  /// P(S <= x).
  double cdf(double x) const;
  /// The distribution of the residual: P(R <= x) = E[min(S, x)], since E[S] = 1.
  double residual_cdf(double x) const;
  /// The integral of residual_cdf from 0 to x.
  double residual_cdf_integral(double x) const;
  /// 1 - E[exp(-s S)] for s >= 0, precise for small s, too.
  double laplace_complement(double s) const;

 private:
  explicit Service(Kind kind) : kind_(kind) {}
  double limited_second_moment(double x) const;

  Kind kind_;
  double shape_ = 0;  // Lognormal: sigma. Pareto: alpha.
  std::array<Atom, 2> atoms_{};
  std::size_t atom_count_ = 0;
};

}  // namespace loopsteal::theory
