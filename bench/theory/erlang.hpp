// M/M/c: Poisson arrivals, exponential service, one queue for all workers (A. K. Erlang, 1917).
//
// What a pool would do if finding and moving work cost nothing: the mean holds for every pool in
// which no worker idles while somebody waits, in whatever order; the quantiles for FIFO.
#pragma once

#include <cstdint>

namespace loopsteal::theory {

class SharedExponential {
 public:
  /// Takes time proportional to `workers`: about a millisecond for 10,000. Throws
  /// std::invalid_argument unless workers >= 1 and 0 < load < 1.
  SharedExponential(std::uint64_t workers, double load);

  /// P(W > 0), Erlang's C. Too small for a double, it is 0; its natural logarithm is always right.
  double probability_of_wait() const;
  double log_probability_of_wait() const { return log_probability_of_wait_; }
  double wait_mean() const;
  /// E[W^2] under FIFO.
  double wait_second_moment() const;
  double sojourn_mean() const { return 1 + wait_mean(); }
  /// P(W > x) and P(T > t), x and t >= 0.
  double wait_tail(double x) const;
  double sojourn_tail(double t) const;
  /// The time that this share of all do not exceed. Throw std::invalid_argument unless
  /// 0 < share < 1.
  double wait_quantile(double share) const;
  double sojourn_quantile(double share) const;

 private:
  double log_probability_of_wait_;
  double surplus_;  // workers * (1 - load): the rate at which a queue drains.
};

}  // namespace loopsteal::theory
