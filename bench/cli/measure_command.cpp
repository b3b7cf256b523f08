#include "bench/cli/measure_command.hpp"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "bench/cli/commands/doctor.hpp"
#include "bench/cli/config_file.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/cli/session.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/measure/preset_note.hpp"
#include "bench/measure/report_text.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

std::string flag_of(std::string_view setting) {
  return (setting == "output" ? "-o,--" : "--") + std::string(setting);
}

// A flag comes from CLI11 as "true", or as what stands behind its '='.
std::string value_of(const Knob<Settings>& knob, const CLI::Option& option) {
  const std::string value = option.results().back();
  return is_switch(knob) && value == "true" ? "on" : value;
}

std::vector<std::string> order_of(const std::vector<Point>& points, Spec Point::*spec) {
  std::vector<std::string> order;
  for (const Point& point : points) order.push_back(to_string(point.*spec));
  return order;
}

// Of a virtual machine: what is not in the table, but decided its numbers.
std::string machine_note(const Plan& plan) {
  if (plan.settings.machine != MachineKind::sim || plan.points.empty()) return {};
  const auto drawn = std::ranges::count_if(
      plan.points, [](const Point& point) { return point.shuffle_ties != 0; });
  std::string text =
      fmt::format("Virtual machine of {}. ", counted(plan.points.front().cpus, "CPU"));
  if (drawn == 0) return text + "Simultaneous events: in the order in which they were scheduled.\n";
  text += fmt::format("Simultaneous events: in an order drawn for {} of {} points", drawn,
                      plan.points.size());
  if (plan.settings.shuffle_ties != kTiesAuto) return text + ", as asked for.\n";
  return text + ", where workers that steal act at the same instants by construction.\n";
}

// What will be done, and what on this machine speaks against it.
void announce(const Plan& plan, const HostFacts& host) {
  tell("{}, {}, {}, seed {}", counted(plan.points.size(), "point"),
       counted(plan.campaign.repetitions, "repetition"),
       counted(plan.points.empty() ? 0 : plan.points.front().workers, "worker"),
       plan.campaign.seed);
  for (const std::string& forecast : plan.forecasts) tell("{}", forecast);
  if (plan.settings.machine == MachineKind::sim) return;  // No noise reaches virtual time.
  std::string spoiling;
  for (const Diagnosis& diagnosis : diagnose(host, {}, build_type(), build_is_for_measuring())) {
    if (diagnosis.state != Diagnosis::State::spoils) continue;
    spoiling +=
        fmt::format("{}{} ({})", spoiling.empty() ? "" : ", ", diagnosis.what, diagnosis.finding);
  }
  if (spoiling.empty()) return;
  tell("These numbers are affected by: {}. See loopsteal doctor.", spoiling);
}

}  // namespace

TableStyle style_of(const Settings& settings) {
  return settings.format == Format::md ? TableStyle::markdown : TableStyle::text;
}

bool colours_output(const Settings& settings) {
  const bool terminal = settings.output == "-";
  return style_of(settings) == TableStyle::text &&
         (terminal ? wants_colour(settings.color, STDOUT_FILENO)
                   : settings.color == ColourMode::always);
}

// Each preset that was asked for, once.
std::string preset_notes(std::span<const Row> rows) {
  std::string text;
  for (const Row& row : rows) {
    const auto note = preset_note(row.scheduler, row.preset);
    if (note && text.find(*note) == std::string::npos) text += fmt::format("Note: {}\n", *note);
  }
  return text;
}

MeasureCommand::MeasureCommand(CLI::App& app, Purpose purpose) : purpose_(purpose) {
  for (const ListSetting& list : list_settings()) {
    lists_.emplace_back(&list, add_list(app, flag_of(list.name), text_lists_.emplace_back(),
                                        std::string(list.values), std::string(list.help)));
  }
  for (const Knob<Settings>& knob : setting_knobs()) add_knob(app, knob);
  app.add_option("--config", config_, "Settings from a TOML file; flags go before it.")
      ->type_name("FILE.toml");
  app.add_flag("--print-config", print_config, "Print the settings in effect as TOML, and stop.");
}

void MeasureCommand::add_knob(CLI::App& app, const Knob<Settings>& knob) {
  const std::string help(knob.help);
  if (is_switch(knob)) {
    knobs_.emplace_back(&knob, app.add_flag(flag_of(knob.name), help));
    return;
  }
  CLI::Option* option = app.add_option(flag_of(knob.name), texts_.emplace_back(), help);
  option->type_name(knob.values == "text" ? "FILE" : std::string(knob.values));
  const std::string usual = knob.get(Settings{});
  if (!usual.empty()) option->default_str(usual);
  knobs_.emplace_back(&knob, option);
}

void MeasureCommand::resolve(Environment variable) {
  if (!config_.empty()) apply_config_file(settings, config_);
  apply_environment(settings, variable);
  for (const auto& [list, option] : lists_) {
    if (option->count() > 0) settings.*list->field = option->results();
  }
  for (const auto& [knob, option] : knobs_) {
    if (option->count() == 0) continue;
    try {
      knob->set(settings, value_of(*knob, *option));
    } catch (const SpecError& error) {
      throw UsageError(fmt::format("--{}: {}", knob->name, error.what()));
    }
  }
}

int MeasureCommand::run(const Invocation& invocation) const {
  if (print_config) {
    standard_output()->write(loopsteal::print_config(settings));
    return kExitOk;
  }
  const HostFacts host = read_host_facts();
  const Plan plan = make_plan(settings, purpose_, invocation.workloads, host,
                              {.executable = invocation.executable,
                               .command = invocation.command_line,
                               .seed = settings.seed});
  announce(plan, host);
  Session session(plan, invocation.workloads,
                  [this](const Plan& planned, std::span<const Row> rows, Output& output) {
                    output.write(report_of(planned, rows));
                  });
  const int status = session.run();
  const std::string raw = session.kept_raw();
  if (!raw.empty()) tell("All rows are in {}", raw);
  return status;
}

std::string MeasureCommand::report_of(const Plan& plan, std::span<const Row> rows) const {
  const Report report = make_report(rows, order_of(plan.points, &Point::workload),
                                    order_of(plan.points, &Point::scheduler), plan.campaign.seed);
  return render(report, style_of(settings), colours_output(settings)) +
         explanation(report, settings.size == Size::small) + machine_note(plan) +
         preset_notes(rows);
}

}  // namespace loopsteal
