#include "bench/cli/calibrate_command.hpp"

#include <fmt/format.h>

#include "bench/calibrate/originals/original_calibration.hpp"
#include "bench/calibrate/own_calibration.hpp"
#include "bench/cli/costs_head.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/progress_mode.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {
namespace {

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

}  // namespace

int calibrate_command(const CalibrateCommand& command, const WorkloadCatalog& workloads,
                      const std::string& command_line) {
  const ProgressMode mode = progress_mode(command.progress);
  if (!build_is_for_measuring()) {
    tell("This is a {} build: what it measures is no scheduler's cost.", build_type());
  }
  if (!command.target.empty()) static_cast<void>(original_target(command.target));
  const std::unique_ptr<Output> output = open_output(command.output);
  Interruption interruption([] {});
  CalibrationOptions options;
  // An original's runs are short, so that a spell of a busy machine would spoil more of them.
  if (!command.target.empty()) options.repetitions = 41;
  if (command.quick) options.repetitions = 5;
  const double scale = command.quick ? 0.25 : 1;
  options.stop = [&] { return interruption.requested(); };
  std::unique_ptr<Progress> shown;
  options.progress = [&](std::size_t done, std::size_t total, std::string_view name) {
    if (!shown) shown = std::make_unique<Progress>(mode, total);
    shown->show(done, name);
  };
  CostsFile file;
  try {
    Runs runs(command.target, workloads, scale);
    file = calibrate(runs.calibration(), options, costs_head(command_line));
  } catch (const std::exception&) {
    if (interruption.requested()) return interruption.exit_status();
    throw;
  }
  shown.reset();
  output->write(print_costs_file(file));
  output->commit();
  write_to_stderr(table_of(file));
  if (command.output != "-") {
    tell("The costs are in {}, and are called {} there.", command.output,
         costs_of(file, command.output).name);
  }
  return kExitOk;
}

}  // namespace loopsteal
