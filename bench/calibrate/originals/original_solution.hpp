// From what the micro programs of an original took to what its operations cost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibrate/originals/server.hpp"
#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// A micro program and what the original took for it, by repetition, in ns. Of a program that takes
/// samples the makespan is their median times their number, which an interruption of one does not
/// move.
struct MicroRuns {
  OriginalRun micro;
  std::vector<double> makespans = {};
  std::vector<double> cpu = {};
};

/// The micro programs for a target, `scale` times as long as usual.
[[nodiscard]] std::vector<MicroRuns> micro_programs(const OriginalTarget& target, double scale);

/// What operations cost, and what the own code of tasks takes, in ns.
struct OriginalSolution {
  std::vector<double> entries;  ///< As cost_entries() has them.
  std::vector<bool> shown;      ///< Whether any run says so.
  double task = 0;
  double piece = 0;
  double event = 0;
  double hop = 0;

  [[nodiscard]] CostModel model() const;
};

/// What a program without a twin takes by these costs.
[[nodiscard]] double ns_without_twin(const OriginalRun& micro, const OriginalSolution& solution);

/// From one value a micro program: that of repetition `repetition`, or the medians for kMedians (of
/// solution.hpp), and then in whole ns.
[[nodiscard]] OriginalSolution solve_original(const OriginalTarget& target,
                                              const std::vector<MicroRuns>& runs,
                                              std::size_t repetition);

/// What a task of a workload takes, made up of what its code does.
struct WorkloadShare {
  std::string_view workload;
  double tasks, pieces, events, hops;
  [[nodiscard]] double ns(const OriginalSolution& solution) const noexcept;
};
[[nodiscard]] std::vector<WorkloadShare> workload_shares();

/// Which runs an entry comes from, for people.
[[nodiscard]] std::string origin_of(const OriginalTarget& target, std::string_view entry);

}  // namespace loopsteal
