// `loopsteal advise`: objectives in, a scheduler and a number of workers out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

struct AdviseCommand {
  std::string workload;  ///< A spec, a trace FILE.csv or a program FILE.json.
  std::vector<std::string> slos;
  std::vector<std::string> schedulers;  ///< None: those of usual_schedulers().
  std::uint32_t workers = 1;            ///< Whose load a workload's load is.
  std::uint32_t max_workers = 64;
  std::string costs = "reference";
  std::uint64_t seed = 1;
  std::uint32_t threads = 0;  ///< 0: one for each CPU.
  std::string format = "table";
  std::string output = "-";
  std::string progress = "auto";
};

/// Does it and returns the exit status: kExitNegative if no candidate will do, or the check of the
/// one that was chosen fails. Throws UsageError, SpecError and OutputError.
int advise_command(const AdviseCommand& command, const WorkloadCatalog& workloads,
                   const std::string& command_line);

}  // namespace loopsteal
