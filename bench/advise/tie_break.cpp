#include "bench/advise/tie_break.hpp"

#include <span>
#include <utility>
#include <vector>

#include "bench/statistics/comparison.hpp"

namespace loopsteal {
namespace {

std::vector<double> shares_beyond(std::span<const LatencyBins> replications, double latency_ns) {
  std::vector<double> shares;
  for (const LatencyBins& bins : replications) shares.push_back(1 - share_up_to(bins, latency_ns));
  return shares;
}

}  // namespace

double TieBreak::burden(const Evidence& evidence) const {
  if (by.is_quantile()) {
    return pooled_quantile(std::span(evidence.sojourns).first(replications), allowed_late(by))
        .value;
  }
  std::vector<double> values = evidence.values(0);
  values.resize(replications);
  const double mean = t_interval(values).mean;
  return by.metric == Metric::throughput ? -mean : mean;
}

Interval TieBreak::worse_by(const Evidence& one, const Evidence& other) const {
  if (by.is_quantile()) {
    const double quantile_ns = burden(other);
    const auto first = [this](const Evidence& of) {
      return std::span(of.sojourns).first(replications);
    };
    return paired_difference(shares_beyond(first(one), quantile_ns * (1 + indifference)),
                             shares_beyond(first(other), quantile_ns), confidence);
  }
  std::vector<double> larger = one.values(0);
  std::vector<double> smaller = other.values(0);
  if (by.metric == Metric::throughput) std::swap(larger, smaller);
  larger.resize(replications);
  smaller.resize(replications);
  for (double& value : smaller) value *= 1 + indifference;
  return paired_difference(larger, smaller, confidence);
}

}  // namespace loopsteal
