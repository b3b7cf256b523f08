// Candidates and their evidence: readings of each objective, replication by replication.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bench/advise/objective.hpp"
#include "bench/statistics/interval.hpp"
#include "bench/statistics/pooled_quantile.hpp"
#include "sched/core/scheduler.hpp"

namespace loopsteal {

/// A scheduler with a number of workers.
struct Candidate {
  std::string scheduler;  ///< A valid spec.
  WorkerId workers = 1;

  friend auto operator<=>(const Candidate&, const Candidate&) = default;
};

/// Status of a candidate so far.
enum class Standing : std::uint8_t {
  kept,    ///< The intervals of all objectives lie within their limits.
  broken,  ///< The interval of one lies beyond its limit.
  open,    ///< Neither.
};

struct Evidence {
  std::vector<std::vector<Reading>> readings;  ///< By objective, then by replication.
  std::vector<LatencyBins> sojourns;           ///< By replication; none without quantiles.
  std::string error;                           ///< Of a failed run; nothing else counts.

  [[nodiscard]] std::uint32_t replications() const;
  /// Estimate of the metric, in its own unit: a quantile of all requests, or the mean of another
  /// metric.
  [[nodiscard]] Estimate estimate(std::size_t objective, const Objective& of) const;
  [[nodiscard]] Interval excess(std::size_t objective, double confidence = kConfidence) const;
  /// Values of the metric by replication, for pairs.
  [[nodiscard]] std::vector<double> values(std::size_t objective) const;

  /// Status with each interval at `confidence`. Without readings it is open; a failed run breaks
  /// all.
  [[nodiscard]] Standing standing(double confidence) const;
  /// True if the means keep all objectives.
  [[nodiscard]] bool seems_kept() const;

  void append(const Evidence& more);
};

/// Returns the readings of replications first .. first + count - 1 of a candidate. Replication k of
/// all candidates has the same input. May throw, to stop everything.
using Measure = std::function<Evidence(const Candidate&, std::uint32_t first, std::uint32_t count)>;

/// All measurements, so that nothing is measured twice. One thread.
class Trials {
 public:
  explicit Trials(Measure measure) : measure_(std::move(measure)) {}

  /// Evidence with at least that many replications, unless a run failed.
  const Evidence& grow(const Candidate& candidate, std::uint32_t replications);
  /// Null if it was never measured.
  [[nodiscard]] const Evidence* find(const Candidate& candidate) const;
  /// Of all candidates together.
  [[nodiscard]] std::uint64_t replications() const;

 private:
  Measure measure_;
  std::map<Candidate, Evidence> evidence_;
};

}  // namespace loopsteal
