#include "bench/cli/validate_command.hpp"

#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/calibrate/originals/original_cells.hpp"
#include "bench/calibrate/validation_report.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/measure_commands.hpp"
#include "bench/cli/progress_mode.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"

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
    fmt::print(stderr,
               "loopsteal: Half of the cells have two workers, and this machine carries "
               "one: they will take twice as long as they should.\n");
  }
}

// The median cell may be off by more than one of ours: the original's order is ours, but its
// queues, timers and tasks are its own.
constexpr Gate kGateOfOriginals{.makespan = 0.15, .p50 = 0.20};

std::string costs_named(const ValidateCommand& command) {
  if (!command.costs.empty()) return command.costs;
  return command.target.empty() ? "costs.toml" : command.target;
}

/// Against ours, or against an original.
class Comparison {
 public:
  Comparison(const std::string& target, const WorkloadCatalog& workloads) {
    if (target.empty()) {
      cells_ = standard_cells(workloads);
      return;
    }
    const OriginalTarget& original = original_target(target);
    cells_ = original_cells(original, workloads);
    server_ = std::make_unique<OriginalServer>(original);
  }

  [[nodiscard]] const std::vector<PredictionCell>& cells() const noexcept { return cells_; }

  Validation run(const Predictor& predictor, const WorkloadCatalog& workloads,
                 ValidationOptions options) {
    if (server_ == nullptr) return validate(cells_, predictor, workloads, options);
    options.gate = kGateOfOriginals;
    options.measure = [&](const PredictionCell& cell, std::uint64_t seed) {
      return figures_of(server_->run(original_run_of(cell, seed, workloads)));
    };
    Validation validation = validate(cells_, predictor, workloads, options);
    validation.measured_on = server_->version();
    return validation;
  }

 private:
  std::vector<PredictionCell> cells_;
  std::unique_ptr<OriginalServer> server_;
};

std::string text_of(const Validation& validation, const std::vector<Sensitivity>& sensitivities,
                    const ValidateCommand& command, const std::string& costs,
                    const std::string& command_line) {
  if (command.format == "json") {
    Json json = {
        {"context",
         make_context({.executable = "loopsteal", .command = command_line, .seed = command.seed},
                      read_host_facts())}};
    json.update(to_json(validation, sensitivities, costs));
    return json.dump(2) + "\n";
  }
  const bool plain = command.format == "table";
  const bool colour =
      plain && command.output == "-" && wants_colour(ColourMode::automatic, STDOUT_FILENO);
  return render(validation, sensitivities, costs, plain ? TableStyle::text : TableStyle::markdown,
                colour);
}

}  // namespace

int validate_command(const ValidateCommand& command, const WorkloadCatalog& workloads,
                     const std::string& command_line) {
  check(command);
  const ProgressMode mode = progress_mode(command.progress);
  const Predictor predictor = predictor_of(costs_named(command));
  Comparison comparison(command.target, workloads);
  const std::vector<PredictionCell>& cells = comparison.cells();
  const std::unique_ptr<Output> output = open_output(command.output);
  Interruption interruption([] {});
  Progress progress(mode, cells.size() * command.repetitions);
  const auto stop = [&] { return interruption.requested(); };
  Validation validation;
  std::vector<Sensitivity> sensitivities;
  try {
    validation =
        comparison.run(predictor, workloads,
                       {.repetitions = command.repetitions,
                        .seed = command.seed,
                        .progress = [&](std::size_t done, std::size_t,
                                        std::string_view name) { progress.show(done, name); },
                        .stop = stop});
    sensitivities = tornado(cells, predictor, workloads, command.seed, stop);
  } catch (const std::exception&) {
    if (interruption.requested()) return interruption.exit_status();
    throw;
  }
  progress.clear();
  if (interruption.requested()) return interruption.exit_status();
  output->write(text_of(validation, sensitivities, command, predictor.costs.name, command_line));
  output->commit();
  return validation.passes() ? kExitOk : kExitNegative;
}

}  // namespace loopsteal
