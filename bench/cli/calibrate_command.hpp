// `loopsteal calibrate`: what operations cost on this machine, as a file.
#pragma once

#include <cstdint>
#include <string>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

struct CalibrateCommand {
  std::string output = "costs.toml";
  std::string target = {};  ///< An original; empty: ours.
  bool quick = false;       ///< A look: fewer and shorter runs.
  std::string progress = "auto";
};

/// Measures, writes the file and says on standard error what it found. Returns the exit status.
/// Throws UsageError and OutputError, the latter before anything is measured.
int calibrate_command(const CalibrateCommand& command, const WorkloadCatalog& workloads,
                      const std::string& command_line);

}  // namespace loopsteal
