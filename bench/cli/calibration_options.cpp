#include "bench/cli/calibration_options.hpp"

#include "bench/cli/option_value.hpp"

namespace loopsteal {
namespace {

constexpr const char* kTargets = "cpython-3.11|uvloop-0.17|tokio-1.24";
constexpr const char* kProgress = "auto|none|line|json";
constexpr const char* kProgressHelp = "How far it is, on standard error.";

}  // namespace

void add_calibrate_options(CLI::App& app, CalibrateCommand& command) {
  add_value(app, "-o,--output", command.output, "FILE.toml",
            "Where the costs go; - for standard output.");
  add_value(app, "--target", command.target, kTargets,
            "An original, which is run for it; by default ours.");
  app.add_flag("--quick", command.quick, "Fewer and shorter runs: a look.");
  add_value(app, "--progress", command.progress, kProgress, kProgressHelp);
}

void add_validate_options(CLI::App& app, ValidateCommand& command) {
  add_value(app, "--target", command.target, kTargets,
            "An original, which is run beside virtual time; by default ours.");
  add_value(app, "--costs", command.costs, "FILE.toml|NAME",
            "The costs to predict with; by default they are found among the runs.");
  add_value(app, "--format", command.format, "table|md|json", "How it is printed.");
  add_value(app, "-o,--output", command.output, "FILE",
            "File for what would go to standard output.");
  add_value(app, "--repetitions", command.repetitions, "1..1000",
            "Runs of each cell, interleaved.");
  add_value(app, "--seed", command.seed, "0 or more", "Of inputs and the order of runs.");
  add_value(app, "--progress", command.progress, kProgress, kProgressHelp);
}

}  // namespace loopsteal
