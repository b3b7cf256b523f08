// `loopsteal sweep`: a grid of points is planned, measured, and merged into one results file, in
// three steps over plain files or in one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

struct SweepCommand {
  /// "plan GRID.toml", "run PLAN.json", "merge FOLDER", or "GRID.toml" for all of them.
  std::vector<std::string> words;
  std::string output;         ///< The plan, the folder, the results.
  std::string slo;            ///< "": as the grid says.
  std::string shard = "1/1";  ///< run
  std::uint32_t threads = 0;  ///< 0: one for each CPU.
  bool partial = false;       ///< merge
  std::string progress = "auto";
};

/// Does it and returns the exit status: kExitPartial while points are missing or did not end,
/// kExitNegative for a wrong answer or an objective that no load keeps. `executable` and
/// `command_line` go into the results. Throws UsageError, SpecError, OutputError and ResultsError.
int sweep_command(const SweepCommand& command, const WorkloadCatalog& workloads,
                  const std::string& executable, const std::string& command_line);

}  // namespace loopsteal
