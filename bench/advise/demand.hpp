// Demand on a scheduler: the same traffic, or the same program, for any scheduler and number of
// workers.
//
// A load is relative to workers, so it does not determine the traffic while their number is open.
// Requests arrive at the rate that the load gives on a number of reference workers, 1 by default,
// whatever serves them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/advise/temporary_file.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "sched/core/config/spec.hpp"
#include "sched/core/scheduler.hpp"
#include "workloads/open_loop.hpp"
#include "workloads/support/trace_file.hpp"

namespace loopsteal {

/// Kind of a replication.
enum class DemandKind : std::uint8_t {
  steady,    ///< Generated requests without end, of which a part is measured.
  replayed,  ///< A trace, from its first request to its last.
  ending,    ///< A program that ends by itself.
};

class Demand {
 public:
  /// `workload` is a name with settings, a trace of requests (*.csv) or a scripted program
  /// (*.json). Throws SpecError if it is none of these, or if virtual time does not support it.
  Demand(const std::string& workload, WorkerId reference_workers, const WorkloadCatalog& workloads);

  [[nodiscard]] DemandKind kind() const noexcept { return kind_; }
  /// Requests of a replication, if the user set them.
  [[nodiscard]] std::optional<std::uint64_t> requests_asked() const noexcept { return requests_; }
  /// Workload for that number of workers.
  [[nodiscard]] Spec on(WorkerId workers) const;
  /// Work that arrives per unit of time, in workers that it keeps busy; none for a program that
  /// ends.
  [[nodiscard]] std::optional<double> busy_workers() const;
  /// Requests a second; none for a program that ends.
  [[nodiscard]] std::optional<double> rate() const;
  /// Requests of a trace.
  [[nodiscard]] std::optional<std::uint64_t> trace_length() const;
  /// Fewest workers that can keep up with the load. 1 for a program that ends.
  [[nodiscard]] WorkerId workers_min() const;
  /// Text: the demand, and how its traffic is fixed.
  [[nodiscard]] std::string describe() const;

  /// The demand with requests `factor` times as often; none if it has no load.
  [[nodiscard]] std::optional<Demand> with_load(double factor) const;
  /// The demand with `factor` times the squared coefficient of variation of the sizes, and the same
  /// mean; none if the variation is unknown, zero or infinite.
  [[nodiscard]] std::optional<Demand> with_variance(double factor) const;
  /// The trace with other blocks in each replication; none if the demand is not a trace.
  [[nodiscard]] std::optional<Demand> resampled() const;
  /// Demand of the replication with that seed, if it differs from the others: for a resampled
  /// trace.
  [[nodiscard]] std::optional<Demand> drawn(std::uint64_t seed) const;

 private:
  [[nodiscard]] Demand replaying(std::shared_ptr<const TemporaryFile> trace) const;

  const WorkloadCatalog* workloads_;
  Spec workload_;  // With a fixed rate, if it has one.
  WorkerId reference_workers_;
  DemandKind kind_ = DemandKind::ending;
  std::optional<std::uint64_t> requests_;
  std::optional<double> load_;    // Of reference workers; for a workload with a load but no rate.
  std::optional<OpenLoop> loop_;  // On one worker.
  std::shared_ptr<const TemporaryFile> trace_;               // Of a varied trace.
  std::shared_ptr<const std::vector<TraceRequest>> blocks_;  // Source of the blocks, if resampled.
};

}  // namespace loopsteal
