// Solves for the costs of a reference runtime's operations, from the times of its micro programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibrate/originals/server.hpp"
#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// A micro program and the runtime's times for it, by repetition, in ns. For a program with
/// samples, the makespan is their median times their number, which an interruption of one sample
/// does not move.
struct MicroRuns {
  OriginalRun micro;
  std::vector<double> makespans = {};
  std::vector<double> cpu = {};
};

/// The micro programs for a target, `scale` times their usual length.
[[nodiscard]] std::vector<MicroRuns> micro_programs(const OriginalTarget& target, double scale);

/// Costs of operations, and of the tasks' own code, in ns.
struct OriginalSolution {
  std::vector<double> entries;  ///< In the order of cost_entries().
  std::vector<bool> shown;      ///< True if a run shows it.
  double task = 0;
  double piece = 0;
  double event = 0;
  double hop = 0;

  [[nodiscard]] CostModel model() const;
};

/// Time of a program without a twin, by these costs.
[[nodiscard]] double ns_without_twin(const OriginalRun& micro, const OriginalSolution& solution);

/// From one value per micro program: that of repetition `repetition`, or the medians for kMedians
/// (of solution.hpp), and then in whole ns.
[[nodiscard]] OriginalSolution solve_original(const OriginalTarget& target,
                                              const std::vector<MicroRuns>& runs,
                                              std::size_t repetition);

/// Time of a workload's task, composed of its own code.
struct WorkloadShare {
  std::string_view workload;
  double tasks, pieces, events, hops;
  [[nodiscard]] double ns(const OriginalSolution& solution) const noexcept;
};
[[nodiscard]] std::vector<WorkloadShare> workload_shares();

/// Runs that an entry comes from, as text.
[[nodiscard]] std::string origin_of(const OriginalTarget& target, std::string_view entry);

}  // namespace loopsteal
