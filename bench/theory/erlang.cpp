#include "bench/theory/erlang.hpp"

#include <algorithm>
#include <cmath>

#include "bench/theory/domain.hpp"
#include "bench/theory/quantile.hpp"

namespace loopsteal::theory {
namespace {

// ln of Erlang's B, the share of arrivals that `workers` without a queue turn away: the recursion
// B(n) = a B(n-1) / (n + a B(n-1)) in logarithms, since B reaches 1e-841 for 10,000 half idle ones.
double log_blocking(std::uint64_t workers, double offered) {
  double log_b = 0;
  for (std::uint64_t n = 1; n <= workers; ++n) {
    const double up = offered * std::exp(log_b);
    log_b += std::log(offered / (static_cast<double>(n) + up));
  }
  return log_b;
}

}  // namespace

SharedExponential::SharedExponential(std::uint64_t workers, double load)
    : log_probability_of_wait_(0), surplus_(static_cast<double>(workers) * (1 - load)) {
  require_workers(workers);
  require_load(load);
  const double log_b = log_blocking(workers, static_cast<double>(workers) * load);
  log_probability_of_wait_ = log_b - std::log1p(-load * -std::expm1(log_b));
}

double SharedExponential::probability_of_wait() const { return std::exp(log_probability_of_wait_); }

double SharedExponential::wait_mean() const {
  return std::exp(log_probability_of_wait_ - std::log(surplus_));
}

double SharedExponential::wait_second_moment() const { return 2 * wait_mean() / surplus_; }

double SharedExponential::wait_tail(double x) const {
  return std::exp(log_probability_of_wait_ - surplus_ * x);
}

double SharedExponential::sojourn_tail(double t) const {
  const double waits = probability_of_wait();
  return (1 - waits) * std::exp(-t) + waits * tail_of_service_and_exponential(surplus_, t);
}

double SharedExponential::wait_quantile(double share) const {
  require_share(share);
  return std::max(0.0, (log_probability_of_wait_ - std::log1p(-share)) / surplus_);
}

double SharedExponential::sojourn_quantile(double share) const {
  require_share(share);
  return quantile_of_tail([this](double t) { return sojourn_tail(t); }, share);
}

}  // namespace loopsteal::theory
