// `loopsteal calibrate`: what operations cost on this machine, as a file.
#include <string>

#include <fmt/format.h>

#include "bench/calibrate/originals/original_calibration.hpp"
#include "bench/calibrate/originals/target.hpp"
#include "bench/calibrate/own_calibration.hpp"
#include "bench/cli/command.hpp"
#include "bench/cli/costs_head.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {
namespace {

struct CalibrateCommand final : ParsedCommand {
  explicit CalibrateCommand(CLI::App& app) {
    add_value(app, "-o,--output", output, "FILE.toml",
              "Where the costs go; - for standard output.");
    add_value(app, "--target", target, target_values(),
              "An original, which is run for it; by default ours.");
    add_flag(app, "--quick", quick, "Fewer and shorter runs: a look.");
    add_progress(app, progress);
  }
  /// Measures, writes the file and says on standard error what it found.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::string output = "costs.toml";
  std::string target;  ///< An original; empty: ours.
  bool quick = false;  ///< A look: fewer and shorter runs.
  std::string progress = "auto";
};

/// Of ours, or of an original, which runs as long as this does.
class Runs {
 public:
  Runs(const std::string& target, const WorkloadCatalog& workloads, double scale) {
    if (target.empty()) {
      calibration_ = own_calibration(workloads, scale);
      return;
    }
    const OriginalTarget& original = original_target(target);
    server_ = std::make_unique<OriginalServer>(original);
    calibration_ = std::make_unique<OriginalCalibration>(original, *server_, scale);
  }

  [[nodiscard]] Calibration& calibration() noexcept { return *calibration_; }

 private:
  std::unique_ptr<OriginalServer> server_;
  std::unique_ptr<Calibration> calibration_;
};

std::string table_of(const CostsFile& file) {
  TextTable table({{"of"}, {"cost"}, {"ns", Align::right}, {"quartiles", Align::right}, {"from"}});
  for (const CostTable& each : file.tables) {
    const auto spread = each.cost.spread_ns.value_or(std::pair(0.0, 0.0));
    table.add({{each.owner},
               {each.name},
               {fmt::format("{}", each.cost.value.count())},
               {fmt::format("{:.1f} to {:.1f}", spread.first, spread.second)},
               {each.cost.origin}});
  }
  return table.render(TableStyle::text, false);
}

int CalibrateCommand::run(const Invocation& invocation) const {
  const ProgressMode mode = progress_mode(progress);
  if (!build_is_for_measuring()) {
    tell("This is a {} build: what it measures is no scheduler's cost.", build_type());
  }
  if (!target.empty()) static_cast<void>(original_target(target));
  const std::unique_ptr<Output> file = open_output(output);
  Interruption interruption([] {});
  CalibrationOptions options;
  // An original's runs are short, so that a spell of a busy machine would spoil more of them.
  if (!target.empty()) options.repetitions = 41;
  if (quick) options.repetitions = 5;
  const double scale = quick ? 0.25 : 1;
  options.stop = [&] { return interruption.requested(); };
  std::unique_ptr<Progress> shown;
  options.progress = [&](std::size_t done, std::size_t total, std::string_view name) {
    if (!shown) shown = std::make_unique<Progress>(mode, total);
    shown->show(done, name);
  };
  CostsFile costs;
  try {
    Runs runs(target, invocation.workloads, scale);
    costs = calibrate(runs.calibration(), options, costs_head(invocation.command_line));
  } catch (const std::exception&) {
    if (interruption.requested()) return interruption.exit_status();
    throw;
  }
  shown.reset();
  file->write(print_costs_file(costs));
  file->commit();
  write_to_stderr(table_of(costs));
  if (output != "-") {
    tell("The costs are in {}, and are called {} there.", output, costs_of(costs, output).name);
  }
  return kExitOk;
}

}  // namespace

extern const Command calibrate_command = {
    .name = "calibrate",
    .summary = "Measure what operations cost on this machine, for virtual time.",
    .examples =
        "Examples:\n"
        "  loopsteal calibrate -o costs.toml && loopsteal validate --costs costs.toml\n"
        "  loopsteal calibrate --quick -o -\n"
        "  loopsteal calibrate --target cpython-3.11 -o cpython.toml\n",
    .declare = &declare<CalibrateCommand>};

}  // namespace loopsteal
