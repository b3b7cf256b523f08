// What schedulers are asked to do: the same traffic, or the same program, for any number of them
// and of workers.
//
// A load is relative to workers, so it says nothing of traffic as long as their number is open.
// Requests arrive at the rate that the load makes on a number of reference workers, 1 unless said
// otherwise, and go on to do so whoever serves them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/advise/temporary_file.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/spec.hpp"
#include "workloads/open_loop.hpp"
#include "workloads/support/trace_file.hpp"

namespace loopsteal {

/// What a replication is.
enum class DemandKind : std::uint8_t {
  steady,    ///< Generated requests without end, of which a stretch is looked at.
  replayed,  ///< A trace, from its first request to its last.
  ending,    ///< A program that ends by itself.
};

class Demand {
 public:
  /// `workload` by name with settings, a trace of requests (*.csv) or a scripted program (*.json).
  /// Throws SpecError for what is none, or what virtual time does not have.
  Demand(const std::string& workload, WorkerId reference_workers, const WorkloadCatalog& workloads);

  [[nodiscard]] DemandKind kind() const noexcept { return kind_; }
  /// How many requests a replication has, if the user said so.
  [[nodiscard]] std::optional<std::uint64_t> requests_asked() const noexcept { return requests_; }
  /// What so many workers are to run.
  [[nodiscard]] Spec on(WorkerId workers) const;
  /// Work that arrives in a time, in workers that it keeps busy; none for what ends by itself.
  [[nodiscard]] std::optional<double> busy_workers() const;
  /// Requests a second; none for what ends by itself.
  [[nodiscard]] std::optional<double> rate() const;
  /// Requests of a trace.
  [[nodiscard]] std::optional<std::uint64_t> trace_length() const;
  /// Fewer are offered more than they can do for ever. 1 for what is over at some time.
  [[nodiscard]] WorkerId workers_min() const;
  /// In words: what is asked, and how its traffic is fixed.
  [[nodiscard]] std::string describe() const;

  /// Requests arrive `factor` times as often; none for what has no load.
  [[nodiscard]] std::optional<Demand> with_load(double factor) const;
  /// The squared coefficient of variation of the sizes is `factor` times as large, the mean is the
  /// same; none where it is unknown, zero or infinite.
  [[nodiscard]] std::optional<Demand> with_variance(double factor) const;
  /// A trace of which each replication has other blocks; none for what is no trace.
  [[nodiscard]] std::optional<Demand> resampled() const;
  /// What a replication of that seed runs, if it is not what all others run: of a resampled trace.
  [[nodiscard]] std::optional<Demand> drawn(std::uint64_t seed) const;

 private:
  [[nodiscard]] Demand replaying(std::shared_ptr<const TemporaryFile> trace) const;

  const WorkloadCatalog* workloads_;
  Spec workload_;  // Its rate is fixed where it has one.
  WorkerId reference_workers_;
  DemandKind kind_ = DemandKind::ending;
  std::optional<std::uint64_t> requests_;
  std::optional<double> load_;    // Of reference workers; of what has a load but no rate.
  std::optional<OpenLoop> loop_;  // On one worker.
  std::shared_ptr<const TemporaryFile> trace_;               // Of a varied one.
  std::shared_ptr<const std::vector<TraceRequest>> blocks_;  // To draw from, if resampled.
};

}  // namespace loopsteal
