#include "bench/cli/validate_command.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/calibrate/originals/original_calibration.hpp"
#include "bench/calibrate/originals/original_cells.hpp"
#include "bench/calibrate/own_calibration.hpp"
#include "bench/calibrate/self_validation.hpp"
#include "bench/calibrate/validation_report.hpp"
#include "bench/cli/costs_head.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/measure_commands.hpp"
#include "bench/cli/progress_mode.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

constexpr std::array<std::string_view, 3> kFormats = {"table", "md", "json"};

Predictor predictor_of(const std::string& text) {
  Predictor predictor{.costs = parse_costs(text), .works = {}};
  const std::string base = text.substr(0, text.find_first_of(",@"));
  if (base != "zero") predictor.works = read_costs_file(base);
  return predictor;
}

void check(const ValidateCommand& command) {
  if (std::ranges::find(kFormats, command.format) == kFormats.end()) {
    throw UsageError(fmt::format("There is no format \"{}\" of a validation.{}", command.format,
                                 did_you_mean(command.format, kFormats)));
  }
  if (command.repetitions == 0) throw UsageError("--repetitions: 1 at least.");
  if (command.target.empty() && workers_it_carries(read_host_facts()) < 2) {
    tell(
        "Half of the cells have two workers, and this machine carries one: they will take twice as "
        "long as they should.");
  }
}

// The median cell may be off by more than one of ours: the original's order is ours, but its
// queues, timers and tasks are its own.
constexpr Gate kGateOfOriginals{.makespan = 0.15, .p50 = 0.20};

// Calibration has 15 repetitions of ours, and 41 of an original, whose runs are short.
constexpr int kOwnRunsInATurn = 2;
constexpr int kOriginalRunsInATurn = 5;

/// What is printed, whatever it was held against.
struct Found {
  Validation validation;
  Predictor predictor;
  std::optional<CostsFile> costs = {};  ///< If they were found among the runs.
};

Found with_named_costs(Predictor predictor, const std::vector<PredictionCell>& cells,
                       const WorkloadCatalog& workloads, const ValidationOptions& options) {
  return {validate(cells, predictor, workloads, options), std::move(predictor)};
}

Found with_found_costs(Calibration& calibration, const FoundCosts& costs,
                       const std::vector<PredictionCell>& cells, const WorkloadCatalog& workloads,
                       const ValidationOptions& options, const std::string& command_line) {
  SelfValidation found = validate_with_found_costs(calibration, costs, cells, workloads, options,
                                                   costs_head(command_line));
  return {std::move(found.validation), std::move(found.predictor), std::move(found.costs)};
}

Found against_ours(const ValidateCommand& command, const std::vector<PredictionCell>& cells,
                   const WorkloadCatalog& workloads, const ValidationOptions& options,
                   const std::string& command_line) {
  if (!command.costs.empty())
    return with_named_costs(predictor_of(command.costs), cells, workloads, options);
  const std::unique_ptr<Calibration> calibration = own_calibration(workloads, 1);
  return with_found_costs(*calibration,
                          {.name = "here", .kept = "reference", .runs_in_a_turn = kOwnRunsInATurn},
                          cells, workloads, options, command_line);
}

Found against_original(const ValidateCommand& command, const std::vector<PredictionCell>& cells,
                       const WorkloadCatalog& workloads, ValidationOptions options,
                       const std::string& command_line) {
  const OriginalTarget& target = original_target(command.target);
  std::optional<Predictor> named;
  if (!command.costs.empty()) named = predictor_of(command.costs);
  OriginalServer server(target);
  options.gate = kGateOfOriginals;
  options.measure = [&](const PredictionCell& cell, std::uint64_t seed) {
    return figures_of(server.run(original_run_of(cell, seed, workloads)));
  };
  Found found;
  if (named) {
    found = with_named_costs(*std::move(named), cells, workloads, options);
  } else {
    OriginalCalibration calibration(target, server, 1);
    const std::string name(target.name);
    found = with_found_costs(calibration,
                             {.name = name, .kept = name, .runs_in_a_turn = kOriginalRunsInATurn},
                             cells, workloads, options, command_line);
  }
  found.validation.measured_on = server.version();
  return found;
}

std::string text_of(const Found& found, const std::vector<Sensitivity>& sensitivities,
                    const ValidateCommand& command, const std::string& command_line) {
  const std::string& costs = found.predictor.costs.name;
  if (command.format == "json") {
    Json json = {
        {"context",
         make_context({.executable = "loopsteal", .command = command_line, .seed = command.seed},
                      read_host_facts())}};
    json.update(to_json(found.validation, sensitivities, costs));
    if (found.costs) json["costs_file"] = print_costs_file(*found.costs);
    return json.dump(2) + "\n";
  }
  const bool plain = command.format == "table";
  const bool colour =
      plain && command.output == "-" && wants_colour(ColourMode::automatic, STDOUT_FILENO);
  return render(found.validation, sensitivities,
                found.costs ? costs + ", found among these runs," : costs,
                plain ? TableStyle::text : TableStyle::markdown, colour);
}

}  // namespace

int validate_command(const ValidateCommand& command, const WorkloadCatalog& workloads,
                     const std::string& command_line) {
  check(command);
  const ProgressMode mode = progress_mode(command.progress);
  const std::vector<PredictionCell> cells =
      command.target.empty() ? standard_cells(workloads)
                             : original_cells(original_target(command.target), workloads);
  const std::unique_ptr<Output> output = open_output(command.output);
  Interruption interruption([] {});
  std::optional<Progress> progress;
  const ValidationOptions options{
      .repetitions = command.repetitions,
      .seed = command.seed,
      .progress =
          [&](std::size_t done, std::size_t total, std::string_view name) {
            if (done == 0) progress.emplace(mode, total);
            progress->show(done, name);
          },
      .stop = [&] { return interruption.requested(); }};
  Found found;
  std::vector<Sensitivity> sensitivities;
  try {
    found = command.target.empty()
                ? against_ours(command, cells, workloads, options, command_line)
                : against_original(command, cells, workloads, options, command_line);
    sensitivities = tornado(cells, found.predictor, workloads, command.seed, options.stop);
  } catch (const std::exception&) {
    if (interruption.requested()) return interruption.exit_status();
    throw;
  }
  progress.reset();
  if (interruption.requested()) return interruption.exit_status();
  output->write(text_of(found, sensitivities, command, command_line));
  output->commit();
  return found.validation.passes() ? kExitOk : kExitNegative;
}

}  // namespace loopsteal
