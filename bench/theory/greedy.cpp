#include "bench/theory/greedy.hpp"

#include <algorithm>
#include <stdexcept>

#include "bench/theory/domain.hpp"

namespace loopsteal::theory {

MakespanBounds greedy_bounds(double work, double span, std::uint64_t workers) {
  require_workers(workers);
  require_at_least(0, span, "the span");
  require_at_least(0, work, "the work");
  if (span > work) throw std::invalid_argument("the span is a part of the work, so not above it");
  const double p = static_cast<double>(workers);
  return {std::max(work / p, span), (work - span) / p + span};
}

double list_scheduling_ratio(std::uint64_t workers) {
  require_workers(workers);
  return 2 - 1 / static_cast<double>(workers);
}

double longest_first_ratio(std::uint64_t workers) {
  require_workers(workers);
  return 4.0 / 3 - 1 / (3 * static_cast<double>(workers));
}

}  // namespace loopsteal::theory
