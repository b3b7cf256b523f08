// The options of `loopsteal calibrate` and `loopsteal validate`.
#pragma once

#include <CLI/CLI.hpp>

#include "bench/cli/calibrate_command.hpp"
#include "bench/cli/validate_command.hpp"

namespace loopsteal {

/// What the command line says goes into `command`, which stays where it is.
void add_calibrate_options(CLI::App& app, CalibrateCommand& command);
void add_validate_options(CLI::App& app, ValidateCommand& command);

}  // namespace loopsteal
