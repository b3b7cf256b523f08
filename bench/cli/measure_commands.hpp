// `loopsteal run` and `loopsteal compare`.
#pragma once

#include <string>

#include "bench/cli/command_line.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// Whether to colour standard output (or standard error): the mode, and for `automatic` NO_COLOR,
/// CLICOLOR_FORCE, FORCE_COLOR, TERM and whether it is a terminal.
bool wants_colour(ColourMode mode, int descriptor);

/// Does what `command` asks and returns the exit status. `command_line` is the whole command as a
/// shell takes it, `executable` its first word. Throws UsageError, SpecError, OutputError and
/// ResultsError for what stops it before anything is measured.
int measure_command(const MeasureCommand& command, const WorkloadCatalog& workloads,
                    const std::string& executable, const std::string& command_line);

}  // namespace loopsteal
