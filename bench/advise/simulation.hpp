// Measures candidates in virtual time.
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

/// Thrown by a measurement that was asked to stop.
struct Stopped : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "stopped"; }
};

struct SimulationOptions {
  std::vector<Objective> objectives;
  Costs costs;
  std::uint64_t seed = 1;  ///< Of replication 0; the others have the following seeds.
  unsigned threads = 1;    ///< Threads that run replications in parallel.
  std::uint32_t cpus = 0;  ///< Of the machine that runs all candidates; at least their workers.
  std::function<bool()> stop = {};
};

/// All replications on n workers have the same length, so replication k of each candidate with n
/// workers has the same input.
class Simulation {
 public:
  /// All outlive it.
  Simulation(const Demand& demand, const WorkloadCatalog& workloads, SimulationOptions options)
      : demand_(demand), workloads_(workloads), options_(std::move(options)) {}

  /// `first` and `count` as for Measure; `count` is at least kReplicationsMin. The evidence has the
  /// error of a run that fails or answers wrong. Throws Stopped, and SpecError for objectives that
  /// the demand's runs cannot measure.
  [[nodiscard]] Evidence measure(const Candidate& candidate, std::uint32_t first,
                                 std::uint32_t count) const;

  /// Requests in a replication of the steady state, including the warm-up.
  [[nodiscard]] std::uint64_t requests_on(WorkerId workers) const;

  /// True if that many replications are long enough together for valid intervals.
  [[nodiscard]] bool trustworthy(const Candidate& candidate, std::uint32_t replications) const;

 private:
  [[nodiscard]] Point point_of(const Candidate& candidate) const;
  [[nodiscard]] std::optional<QueueLoad> queue_of(const Point& point) const;

  const Demand& demand_;
  const WorkloadCatalog& workloads_;
  const SimulationOptions options_;
};

}  // namespace loopsteal
