// The program `loopsteal`, but for its main(): so that a test can run it with workloads of its own.
#pragma once

#include <span>
#include <string>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// Runs the program with the words of a command line, its own name first, and returns the exit
/// status. Writes to standard output and standard error; once a process.
int run_program(std::span<const std::string> words, const WorkloadCatalog& workloads);

}  // namespace loopsteal
