// `loopsteal validate`: how well virtual time foretells what threads do on this machine.
#pragma once

#include <cstdint>
#include <string>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

struct ValidateCommand {
  std::string costs = {};   ///< Empty: found among the runs.
  std::string target = {};  ///< An original; empty: ours.
  std::string format = "table";
  std::string output = "-";
  std::uint32_t repetitions = 7;
  std::uint64_t seed = 1;
  std::string progress = "auto";
};

/// Runs every cell both ways and prints the table. Returns kExitNegative if the gate fails. Throws
/// UsageError, SpecError and OutputError before anything is measured.
int validate_command(const ValidateCommand& command, const WorkloadCatalog& workloads,
                     const std::string& command_line);

}  // namespace loopsteal
