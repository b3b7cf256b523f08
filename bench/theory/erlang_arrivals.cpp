#include "bench/theory/erlang_arrivals.hpp"

#include <algorithm>
#include <cmath>

#include "bench/theory/domain.hpp"

namespace loopsteal::theory {

ErlangArrivals::ErlangArrivals(std::uint64_t stages, double load) {
  require_workers(stages);
  require_load(load);
  const double k = static_cast<double>(stages);
  // Newton from 0: transform(sigma) - sigma is convex and falls up to its first root, so that the
  // steps never pass it.
  for (int round = 0; round < 200; ++round) {
    const double transform = std::exp(-k * std::log1p((1 - sigma_) / (k * load)));
    const double slope = transform / (load + (1 - sigma_) / k);
    const double step = (transform - sigma_) / (1 - slope);
    if (!(step > 1e-16 * sigma_)) break;
    sigma_ += step;
  }
}

double ErlangArrivals::wait_quantile(double share) const {
  require_share(share);
  return std::max(0.0, (std::log(sigma_) - std::log1p(-share)) / (1 - sigma_));
}

double ErlangArrivals::sojourn_quantile(double share) const {
  require_share(share);
  return -std::log1p(-share) / (1 - sigma_);  // T is exponential.
}

}  // namespace loopsteal::theory
