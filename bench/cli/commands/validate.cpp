// `loopsteal validate`: how well virtual time predicts what threads do on this machine.
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "bench/calibrate/originals/original_calibration.hpp"
#include "bench/calibrate/originals/original_cells.hpp"
#include "bench/calibrate/originals/target.hpp"
#include "bench/calibrate/own_calibration.hpp"
#include "bench/calibrate/self_validation.hpp"
#include "bench/calibrate/validation_report.hpp"
#include "bench/cli/command.hpp"
#include "bench/cli/costs_head.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

struct ValidateCommand final : ParsedCommand {
  explicit ValidateCommand(CLI::App& app) {
    add_value(app, "--target", target, target_values(),
              "The original to run next to virtual time; by default ours.");
    add_value(app, "--costs", costs, "FILE.toml|NAME",
              "The costs to predict with; by default they are found among the runs.");
    document.add_to(app);
    add_value(app, "--repetitions", repetitions, "1..1000", "Runs of each cell, interleaved.");
    add_value(app, "--seed", seed, "0 or more", "Of inputs and the order of runs.");
    add_progress(app, progress);
  }
  /// Runs every cell both ways and prints the table. Returns kExitNegative if the gate fails.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::string costs;   ///< Empty: found among the runs.
  std::string target;  ///< An original; empty: ours.
  DocumentOptions document;
  std::uint32_t repetitions = 7;
  std::uint64_t seed = 1;
  std::string progress = "auto";
};

Predictor predictor_of(const std::string& text) {
  Predictor predictor{.costs = parse_costs(text), .works = {}};
  const std::string base = text.substr(0, text.find_first_of(",@"));
  if (base != "zero") predictor.works = read_costs_file(base);
  return predictor;
}

void check(const ValidateCommand& command) {
  command.document.check("a validation");
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
  if (command.document.is_json()) {
    Json json = {
        {"context",
         make_context({.executable = "loopsteal", .command = command_line, .seed = command.seed},
                      read_host_facts())}};
    json.update(to_json(found.validation, sensitivities, costs));
    if (found.costs) json["costs_file"] = print_costs_file(*found.costs);
    return json.dump(2) + "\n";
  }
  return render(found.validation, sensitivities,
                found.costs ? costs + ", found among these runs," : costs, command.document.style(),
                command.document.colour());
}

int ValidateCommand::run(const Invocation& invocation) const {
  check(*this);
  const ProgressMode mode = progress_mode(progress);
  const WorkloadCatalog& workloads = invocation.workloads;
  const std::string& command_line = invocation.command_line;
  const std::vector<PredictionCell> cells =
      target.empty() ? standard_cells(workloads)
                     : original_cells(original_target(target), workloads);
  const std::unique_ptr<Output> output = open_output(document.output);
  Interruption interruption([] {});
  std::optional<Progress> shown;
  const ValidationOptions options{
      .repetitions = repetitions,
      .seed = seed,
      .progress =
          [&](std::size_t done, std::size_t total, std::string_view name) {
            if (done == 0) shown.emplace(mode, total);
            shown->show(done, name);
          },
      .stop = [&] { return interruption.requested(); }};
  Found found;
  std::vector<Sensitivity> sensitivities;
  try {
    found = target.empty() ? against_ours(*this, cells, workloads, options, command_line)
                           : against_original(*this, cells, workloads, options, command_line);
    sensitivities = tornado(cells, found.predictor, workloads, seed, options.stop);
  } catch (const std::exception&) {
    if (interruption.requested()) return interruption.exit_status();
    throw;
  }
  shown.reset();
  if (interruption.requested()) return interruption.exit_status();
  output->write(text_of(found, sensitivities, *this, command_line));
  output->commit();
  return found.validation.passes() ? kExitOk : kExitNegative;
}

}  // namespace

extern const Command validate_command = {
    .name = "validate",
    .summary = "Predict runs in virtual time, make them, and say how far off it was.",
    .examples =
        "Examples:\n"
        "  loopsteal validate\n"
        "  loopsteal validate --costs reference --format json -o validation.json\n"
        "  loopsteal validate --costs costs.toml,wake_up=50us\n"
        "  loopsteal validate --target tokio-1.24\n"
        "  loopsteal validate --target cpython-3.11 --costs cpython-3.11\n"
        "\n"
        "Exit status 1: the median cell is off by more than 10 % (makespan) or 15 % (p50);\n"
        "of a target by more than 15 % or 20 %.\n",
    .declare = &declare<ValidateCommand>};

}  // namespace loopsteal
