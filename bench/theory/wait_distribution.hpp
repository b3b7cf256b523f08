// The distribution of the wait in M/G/1 under FIFO, for any service.
//
// The wait W satisfies P(W <= x) = 1 - load + load E[P(W <= x - R)], R the residual of the service
// (the compound geometric sum of Pollaczek and Khinchine; on a lattice, Panjer's recursion of
// 1981). It is solved on a lattice of equal steps between which the distribution is taken to be
// linear, while the residual is integrated exactly: the error falls with the square of the step.
#pragma once

#include "bench/theory/service.hpp"

namespace loopsteal::theory {

class SingleServerWait {
 public:
  /// Throws std::invalid_argument unless 0 < load < 1.
  SingleServerWait(double load, const Service& service);

  /// The wait, or the sojourn, that this share of all do not exceed, to about 1e-5 relatively, in
  /// some tens of milliseconds; infinite when it is beyond 1e13, as with services that barely have
  /// a mean. Throw std::invalid_argument unless 0 < share < 1.
  double wait_quantile(double share) const;
  double sojourn_quantile(double share) const;

 private:
  double load_;
  Service service_;
};

}  // namespace loopsteal::theory
