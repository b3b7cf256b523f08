#include "bench/estimate/paired.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "bench/estimate/stopping_rule.hpp"

namespace loopsteal {
namespace {

PairedVerdict judge(const Interval& difference, Better better) {
  if (difference.n < kReplicationsMin) return PairedVerdict::undecided;
  const bool below = difference.high() < 0;
  const bool above = difference.low() > 0;
  if (!below && !above) return PairedVerdict::tie;
  return below == (better == Better::lower) ? PairedVerdict::better : PairedVerdict::worse;
}

}  // namespace

PairedComparison compare_paired(std::span<const double> one, std::span<const double> other,
                                Better better, double confidence) {
  if (one.size() != other.size()) {
    throw std::invalid_argument(
        fmt::format("paired comparison: {} replications of one and {} of the other make no pairs",
                    one.size(), other.size()));
  }
  std::vector<double> values(one.size());
  const auto over_pairs = [&](auto combine) {
    std::ranges::transform(one, other, values.begin(), combine);
    return t_interval(values, confidence);
  };
  PairedComparison comparison;
  comparison.difference = over_pairs([](double a, double b) { return a - b; });
  comparison.verdict = judge(comparison.difference, better);
  if (std::ranges::all_of(other, [](double value) { return value > 0; })) {
    comparison.ratio = over_pairs([](double a, double b) { return a / b; });
  }
  return comparison;
}

}  // namespace loopsteal
