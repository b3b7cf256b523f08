// M/D/c: Poisson arrivals, every service takes 1, one queue for all workers.
//
// The state equations are C. D. Crommelin's (1932): what is in the system one service time from now
// is what waits now and what arrives meanwhile. Solved by the roots inside the unit circle of
// z^c = exp(load c (z - 1)) and a Fourier inversion; waiting times from the state probabilities by
// G. J. Franx's formula (2001), a sum of positive terms. Probabilities are right to about 1e-12,
// absolutely.
#pragma once

#include <cstdint>
#include <vector>

namespace loopsteal::theory {

class SharedDeterministic {
 public:
  /// Milliseconds for 1,000 workers; seconds for 10,000. Throws std::invalid_argument unless
  /// workers >= 1 and 0 < load < 1.
  SharedDeterministic(std::uint64_t workers, double load);

  /// These two hold for every order that leaves no worker idle while somebody waits.
  double probability_of_wait() const { return probability_of_wait_; }
  double wait_mean() const { return wait_mean_; }
  double sojourn_mean() const { return 1 + wait_mean_; }
  /// P(W > x) under FIFO, x >= 0. T is W + 1.
  double wait_tail(double x) const;
  /// Under FIFO. Throw std::invalid_argument unless 0 < share < 1.
  double wait_quantile(double share) const;
  double sojourn_quantile(double share) const { return 1 + wait_quantile(share); }

 private:
  double workers_;
  double load_;
  double probability_of_wait_ = 0;
  double wait_mean_ = 0;
  std::vector<double> at_most_;  // P(that many in the system, or fewer); beyond the end it is 1.
};

}  // namespace loopsteal::theory
