// Series of values whose means, variances and correlations are known.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/core/random.hpp"
#include "sched/core/samplers.hpp"

namespace loopsteal {

/// Independent, exponential with mean 1.
inline std::vector<double> independent(std::size_t n, std::uint64_t seed) {
  Stream random(seed, StreamRole::service, 0);
  std::vector<double> values(n);
  for (double& value : values) value = unit_exponential(random);
  return values;
}

/// Normal around `mean` with variance 1, each `memory` times as far from the mean as the one before
/// it plus noise: an autoregressive process of order one, begun in its steady state. n values give
/// their mean a variance of (1 + memory) / (1 - memory) / n.
inline std::vector<double> autoregressive(std::size_t n, double memory, double mean,
                                          std::uint64_t seed) {
  Stream random(seed, StreamRole::noise, 0);
  const double noise = std::sqrt(1 - memory * memory);
  std::vector<double> values(n);
  double distance = unit_normal(random);
  for (double& value : values) {
    value = mean + distance;
    distance = memory * distance + noise * unit_normal(random);
  }
  return values;
}

/// Sojourns in an M/M/1 queue with mean service 1 that begins empty, by Lindley's recursion. Their
/// mean tends to 1 / (1 - load).
inline std::vector<double> sojourns(std::size_t n, double load, std::uint64_t seed) {
  Stream arrivals(seed, StreamRole::arrivals, 0);
  Stream service(seed, StreamRole::service, 0);
  std::vector<double> values(n);
  double wait = 0;
  for (double& value : values) {
    value = wait + unit_exponential(service);
    wait = std::fmax(0, value - unit_exponential(arrivals) / load);
  }
  return values;
}

}  // namespace loopsteal
