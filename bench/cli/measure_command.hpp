// What `loopsteal run` and `loopsteal compare` have in common: the settings, and measuring by them.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/cli/command.hpp"
#include "bench/cli/plan.hpp"
#include "bench/cli/settings.hpp"
#include "bench/measure/report.hpp"
#include "bench/measure/text_table.hpp"

namespace CLI {
class Option;
}

namespace loopsteal {

struct MeasureCommand : ParsedCommand {
  MeasureCommand(CLI::App& app, Purpose purpose);

  /// Fills `settings`: flags over environment over file over defaults.
  void resolve(Environment variable) final;
  /// Measures, or prints the settings if that is asked for.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  Settings settings;
  bool print_config = false;

 protected:
  /// What stands under the table. `small`: the workloads have the small size.
  [[nodiscard]] virtual std::string explanation(const Report&, bool /*small*/) const { return {}; }

 private:
  void add_knob(CLI::App& app, const Knob<Settings>& knob);
  [[nodiscard]] std::string report_of(const Plan& plan, std::span<const Row> rows) const;

  const Purpose purpose_;
  std::string config_;
  // What CLI11 has found; valid while its CLI::App is.
  std::vector<std::pair<const Knob<Settings>*, CLI::Option*>> knobs_;
  std::vector<std::pair<const ListSetting*, CLI::Option*>> lists_;
  std::deque<std::string> texts_;  // CLI11 writes into these; a deque keeps addresses.
  std::deque<std::vector<std::string>> text_lists_;
};

/// How the main output is rendered.
TableStyle style_of(const Settings& settings);
bool colours_output(const Settings& settings);

/// A note for each preset that was asked for, once.
std::string preset_notes(std::span<const Row> rows);

}  // namespace loopsteal
