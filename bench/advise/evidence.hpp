// Candidates and what is known of them: readings of each objective, replication by replication.
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
#include "sched/core/spec.hpp"

namespace loopsteal {

/// A scheduler with a number of workers.
struct Candidate {
  std::string scheduler;  ///< A spec that can be made.
  WorkerId workers = 1;

  friend auto operator<=>(const Candidate&, const Candidate&) = default;
};

/// What may be said of a candidate so far.
enum class Standing : std::uint8_t {
  kept,    ///< The intervals of all objectives lie within their limits.
  broken,  ///< That of one lies beyond.
  open,    ///< Neither.
};

struct Evidence {
  std::vector<std::vector<Reading>> readings;  ///< By objective, then by replication.
  std::vector<LatencyBins> sojourns;           ///< By replication; none without quantiles.
  std::string error;                           ///< Why a run failed; then nothing else counts.

  [[nodiscard]] std::uint32_t replications() const;
  /// Of the metric, in its own unit: a quantile of all requests, the mean of anything else.
  [[nodiscard]] Estimate estimate(std::size_t objective, const Objective& of) const;
  [[nodiscard]] Interval excess(std::size_t objective, double confidence = kConfidence) const;
  /// The metric by replication: for pairs.
  [[nodiscard]] std::vector<double> values(std::size_t objective) const;

  /// Each interval at `confidence`. Without readings it is open; a failed run breaks all.
  [[nodiscard]] Standing standing(double confidence) const;
  /// Whether all objectives are kept as far as the means tell.
  [[nodiscard]] bool seems_kept() const;

  void append(const Evidence& more);
};

/// Gives the readings of replications first .. first + count - 1 of a candidate. Replication k of
/// all candidates meets the same input. May throw, to end it all.
using Measure = std::function<Evidence(const Candidate&, std::uint32_t first, std::uint32_t count)>;

/// All that was measured, so that nothing is measured twice. One thread.
class Trials {
 public:
  explicit Trials(Measure measure) : measure_(std::move(measure)) {}

  /// With at least so many replications, unless a run failed.
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
