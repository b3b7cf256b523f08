#include "bench/statistics/stopping_rule.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace loopsteal {
namespace {

constexpr std::uint64_t kRoundMultiple = 8;

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::invalid_argument("replications: " + sentence);
}

}  // namespace

void check(const StoppingRule& rule) {
  if (rule.estimands.empty()) refuse("name what is estimated; the first name decides");
  if (rule.replications_min < kReplicationsMin) {
    refuse(fmt::format("a minimum of {} says too little of the spread; ask for {} or more",
                       rule.replications_min, kReplicationsMin));
  }
  if (rule.replications_max < rule.replications_min) {
    refuse(fmt::format("the maximum of {} is below the minimum of {}", rule.replications_max,
                       rule.replications_min));
  }
  if (!(rule.relative_half_width > 0)) {
    refuse(fmt::format("no number of them reaches a half-width of {}; ask for more than 0",
                       rule.relative_half_width));
  }
  if (!(rule.confidence > 0 && rule.confidence < 1)) {
    refuse(fmt::format("a confidence of {} is none; it lies between 0 and 1", rule.confidence));
  }
}

bool is_precise(const StoppingRule& rule, const Interval& interval) {
  return interval.relative_half_width() <= rule.relative_half_width;
}

std::uint32_t next_round_end(const StoppingRule& rule, std::span<const double> first_estimand) {
  const auto done = static_cast<std::uint32_t>(first_estimand.size());
  if (done < rule.replications_min) return rule.replications_min;
  const Interval interval = t_interval(first_estimand, rule.confidence);
  if (done >= rule.replications_max || is_precise(rule, interval)) return done;
  // The half-width shrinks with the root of the number. Written so that a mean of 0 or a value that
  // is no number doubles, too.
  const double excess = interval.relative_half_width() / rule.relative_half_width;
  std::uint64_t wanted = 2 * std::uint64_t{done};
  if (excess * excess < 2) wanted = static_cast<std::uint64_t>(std::ceil(excess * excess * done));
  wanted = std::max<std::uint64_t>(wanted, done + std::uint64_t{1});
  wanted = (wanted + kRoundMultiple - 1) / kRoundMultiple * kRoundMultiple;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, rule.replications_max));
}

}  // namespace loopsteal
