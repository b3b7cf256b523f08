#include "bench/theory/domain.hpp"

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace loopsteal::theory {

void require_load(double load) {
  if (load > 0 && load < 1) return;
  std::ostringstream sentence;
  sentence << "the load per worker is " << load
           << ", but a queue settles only above 0 and below 1: lower the rate or add workers";
  throw std::invalid_argument(sentence.str());
}

void require_workers(std::uint64_t workers) {
  if (workers >= 1) return;
  throw std::invalid_argument("a pool without workers serves nobody: at least one is needed");
}

void require_share(double share) {
  if (share > 0 && share < 1) return;
  std::ostringstream sentence;
  sentence << "a quantile is asked for the share " << share
           << ", but it must lie above 0 and below 1: 0.99 for p99";
  throw std::invalid_argument(sentence.str());
}

void require_at_least(double least, double value, const char* name) {
  if (std::isfinite(value) && value >= least) return;
  std::ostringstream sentence;
  sentence << name << " is " << value << ", but must be a number of at least " << least;
  throw std::invalid_argument(sentence.str());
}

}  // namespace loopsteal::theory
