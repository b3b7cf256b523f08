// The handful of numbers by which latencies are reported, each under the name it has in a result.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/statistics/histogram.hpp"

namespace loopsteal {

/// Fewer latencies say nothing about one in a thousand: ten of them would lie beyond p99.9.
inline constexpr std::uint64_t kSamplesForP999 = 10'000;

struct LatencySummary {
  std::uint64_t count = 0;
  double mean_ns = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p90_ns = 0;
  std::uint64_t p99_ns = 0;
  std::optional<std::uint64_t> p999_ns;  ///< Absent under kSamplesForP999.
  std::uint64_t max_ns = 0;
};

inline LatencySummary summarise(const LatencyHistogram& latencies) {
  LatencySummary summary{.count = latencies.count(),
                         .mean_ns = latencies.mean_ns(),
                         .p50_ns = latencies.quantile_ns(0.50),
                         .p90_ns = latencies.quantile_ns(0.90),
                         .p99_ns = latencies.quantile_ns(0.99),
                         .p999_ns = std::nullopt,
                         .max_ns = latencies.max_ns()};
  if (latencies.count() >= kSamplesForP999) summary.p999_ns = latencies.quantile_ns(0.999);
  return summary;
}

}  // namespace loopsteal
