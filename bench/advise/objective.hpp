// What a system is asked to keep to: a number of its runs and the limit of it.
//
// Whether an objective is kept is decided by its excess, whose mean is an unbiased estimate from
// replications of any length. Of "p99<=10ms" that is the share of requests that take longer, beyond
// the 1 % that may: shares can be averaged over replications, quantiles only nearly.
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

/// Which number of a run is held against the limit; the first five are of the sojourns.
enum class Metric : std::uint8_t { mean, p50, p90, p99, p999, makespan, throughput };

/// "p99<=10ms", "makespan<=2s", "throughput>=1000/s".
struct Objective {
  Metric metric = Metric::p99;
  double limit = 0;  ///< In ns; of the throughput in operations a second.

  [[nodiscard]] bool of_sojourns() const noexcept { return metric < Metric::makespan; }
  [[nodiscard]] bool is_quantile() const noexcept {
    return of_sojourns() && metric != Metric::mean;
  }

  friend bool operator==(const Objective&, const Objective&) = default;
};

/// Reads one of mean, p50, p90, p99, p99.9 (or p999) and makespan, "<=" and a duration above 0, or
/// "throughput>=NUMBER/s". Throws SpecError, with the nearest metric, for anything else.
Objective parse_objective(std::string_view text);

/// As parse_objective() reads it back to the same.
std::string to_string(const Objective& objective);
/// "p99", "throughput".
std::string_view to_string(Metric metric);

/// The share of requests that may be late: 0.01 of a p99. For quantiles only.
double allowed_late(const Objective& objective);

/// What one replication says of an objective.
struct Reading {
  double value = 0;   ///< The metric: ns, or operations a second. A quantile is its own.
  double excess = 0;  ///< How far beyond the limit; kept where its mean is 0 or less.
};

/// What is known of one run.
struct RunRecord {
  std::span<const RequestSample> requests;  ///< Those that count, if they were kept.
  Duration makespan{};
  std::uint64_t tasks = 0;
  /// In place of `requests`, of a run too long to keep them: the sojourns that count. The share of
  /// late requests is then known up to what one bin holds.
  std::optional<LatencyHistogram> sojourns = {};

  [[nodiscard]] std::uint64_t requests_that_count() const {
    return sojourns ? sojourns->count() : requests.size();
  }
};

/// `record` has requests if the objective is one of sojourns.
Reading read(const Objective& objective, const RunRecord& record);

}  // namespace loopsteal
