#include "bench/questions/trial.hpp"

#include <algorithm>
#include <cmath>

#include "bench/statistics/comparison.hpp"
#include "bench/statistics/stopping_rule.hpp"

namespace loopsteal::questions {

std::uint64_t Effort::pieces(std::uint64_t quick) const {
  const double wanted = std::ceil(static_cast<double>(quick) * factor_);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
}

std::uint32_t Effort::repetitions(std::uint32_t quick) const {
  // More of them narrow an interval by their root only; length does as well, and costs no warm-up.
  const double wanted = std::ceil(quick * std::sqrt(factor_));
  return std::max(kReplicationsMin, static_cast<std::uint32_t>(wanted));
}

std::uint32_t Effort::rounds(std::uint32_t quick) const {
  const double wanted = std::ceil(quick * std::sqrt(factor_));
  return std::max(static_cast<std::uint32_t>(kRepetitionsForVerdict),
                  static_cast<std::uint32_t>(wanted));
}

}  // namespace loopsteal::questions
