// Objective of a system: a metric of its runs and its limit.
//
// An objective is judged by its excess, whose mean is an unbiased estimate from replications of any
// length. For "p99<=10ms" the excess is the share of requests that take longer, minus the 1 % that
// may. Shares can be averaged over replications, quantiles only approximately.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bench/statistics/histogram.hpp"
#include "sched/core/time.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// Number of a run that is compared with the limit; the first five are of the sojourns.
enum class Metric : std::uint8_t { mean, p50, p90, p99, p999, makespan, throughput };

/// "p99<=10ms", "makespan<=2s", "throughput>=1000/s".
struct Objective {
  Metric metric = Metric::p99;
  double limit = 0;  ///< In ns; for the throughput, operations a second.

  [[nodiscard]] bool of_sojourns() const noexcept { return metric < Metric::makespan; }
  [[nodiscard]] bool is_quantile() const noexcept {
    return of_sojourns() && metric != Metric::mean;
  }

  friend bool operator==(const Objective&, const Objective&) = default;
};

/// Reads one of mean, p50, p90, p99, p99.9 (or p999) and makespan, "<=" and a duration above 0, or
/// "throughput>=NUMBER/s". Throws SpecError, with the nearest metric, for anything else.
Objective parse_objective(std::string_view text);

/// Text that parse_objective() reads back.
std::string to_string(const Objective& objective);
/// "p99", "throughput".
std::string_view to_string(Metric metric);

/// Share of requests that may be late: 0.01 for a p99. For quantiles only.
double allowed_late(const Objective& objective);

/// Result of one replication for an objective.
struct Reading {
  double value = 0;   ///< The metric of the replication: ns, or operations a second.
  double excess = 0;  ///< Distance beyond the limit; kept if its mean is 0 or less.
};

/// Data of one run.
struct RunRecord {
  std::span<const RequestSample> requests;  ///< Requests that count, if they were kept.
  Duration makespan{};
  std::uint64_t tasks = 0;
  /// Replaces `requests` for a run too long to keep them: the sojourns that count. The share of
  /// late requests is then known up to the content of one bin.
  std::optional<LatencyHistogram> sojourns = {};

  [[nodiscard]] std::uint64_t requests_that_count() const {
    return sojourns ? sojourns->count() : requests.size();
  }
};

/// `record` must have requests if the objective is about sojourns.
Reading read(const Objective& objective, const RunRecord& record);

}  // namespace loopsteal
