// Candidates measured in virtual time.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "bench/advise/demand.hpp"
#include "bench/advise/evidence.hpp"
#include "bench/measure/costs.hpp"
#include "bench/measure/row.hpp"
#include "bench/statistics/run_length.hpp"

namespace loopsteal {

/// Thrown out of a measurement that was asked to stop.
struct Stopped : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "stopped"; }
};

struct SimulationOptions {
  std::vector<Objective> objectives;
  Costs costs;
  std::uint64_t seed = 1;  ///< Of replication 0; the others have those behind it.
  unsigned threads = 1;    ///< That run replications side by side.
  std::uint32_t cpus = 0;  ///< Of the machine that all candidates run on; at least their workers.
  std::function<bool()> stop = {};
};

/// All replications on n workers are of the same length, so that number k of each candidate with n
/// workers meets the same input.
class Simulation {
 public:
  /// All outlive it.
  Simulation(const Demand& demand, const WorkloadCatalog& workloads, SimulationOptions options)
      : demand_(demand), workloads_(workloads), options_(std::move(options)) {}

  /// `first` and `count` as Measure has them; `count` is kReplicationsMin at least. A run that
  /// fails or answers wrong is told in the evidence. Throws Stopped, and SpecError for objectives
  /// that the demand's runs say nothing of.
  [[nodiscard]] Evidence measure(const Candidate& candidate, std::uint32_t first,
                                 std::uint32_t count) const;

  /// In a replication of the steady state, warm-up included.
  [[nodiscard]] std::uint64_t requests_on(WorkerId workers) const;

  /// Whether so many replications are long enough in all for their intervals to be believed.
  [[nodiscard]] bool trustworthy(const Candidate& candidate, std::uint32_t replications) const;

 private:
  [[nodiscard]] Point point_of(const Candidate& candidate) const;
  [[nodiscard]] std::optional<QueueLoad> queue_of(const Point& point) const;

  const Demand& demand_;
  const WorkloadCatalog& workloads_;
  const SimulationOptions options_;
};

}  // namespace loopsteal
