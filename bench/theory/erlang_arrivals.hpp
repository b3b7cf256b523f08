// E_k/M/1: what dealing Poisson arrivals out in turn to k loops makes of each of them.
//
// Every k-th arrival is a loop's own, so the times between them are sums of k exponential ones:
// more regular than chance, and the wait is shorter than in M/M/1. A case of GI/M/1 (D. G. Kendall,
// 1953).
#pragma once

#include <cstdint>

namespace loopsteal::theory {

class ErlangArrivals {
 public:
  /// `stages`: k, the number of loops that take turns; 1 is M/M/1. Throws std::invalid_argument
  /// unless stages >= 1 and 0 < load < 1.
  ErlangArrivals(std::uint64_t stages, double load);

  /// P(W > 0): the root below 1 of sigma = E[exp(-(1 - sigma) A)], A the time between arrivals.
  double probability_of_wait() const { return sigma_; }
  double wait_mean() const { return sigma_ / (1 - sigma_); }
  double sojourn_mean() const { return 1 / (1 - sigma_); }
  /// Under FIFO. Throw std::invalid_argument unless 0 < share < 1.
  double wait_quantile(double share) const;
  double sojourn_quantile(double share) const;

 private:
  double sigma_ = 0;
};

}  // namespace loopsteal::theory
