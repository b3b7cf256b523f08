// M/M/1 with last come, first served: who waits, waits for one busy period.
//
// An arrival that finds the worker busy waits for the rest of that service (exponential again) and
// for all that come meanwhile, theirs, and so on: the busy period that one service starts. Its
// density is exp(-(1 + load) t) I1(2 t sqrt(load)) / (t sqrt(load)) (L. Takacs, 1962); with the
// integral of the Bessel function it is a mixture of exponentials, so that its tail is a short sum.
#pragma once

namespace loopsteal::theory {

class LastComeExponential {
 public:
  /// Throws std::invalid_argument unless 0 < load < 1.
  explicit LastComeExponential(double load);

  /// P(W > x) and P(T > t), x and t >= 0. What has begun is finished first.
  double wait_tail(double x) const;
  double sojourn_tail(double t) const;
  /// Throw std::invalid_argument unless 0 < share < 1.
  double wait_quantile(double share) const;
  double sojourn_quantile(double share) const;

 private:
  template <class Tail>
  double mixed(const Tail& tail) const;

  double load_;
};

}  // namespace loopsteal::theory
