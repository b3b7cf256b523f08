#include "bench/cli/command_line.hpp"

#include <algorithm>
#include <deque>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/cli/calibration_options.hpp"
#include "bench/cli/config_file.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/help.hpp"
#include "bench/cli/option_value.hpp"
#include "build_info.hpp"

namespace loopsteal {
namespace {

// The options of `run` or `compare` as CLI11 has found them.
struct MeasureOptions {
  std::deque<std::pair<const Knob<Settings>*, CLI::Option*>> knobs;
  std::deque<std::pair<const ListSetting*, CLI::Option*>> lists;
  std::deque<std::string> texts;  // What CLI11 writes into; a deque keeps addresses.
  std::deque<std::vector<std::string>> text_lists;
  std::string config;
  bool print_config = false;
  std::vector<std::string> files;
};

std::string flag_of(std::string_view setting) {
  return (setting == "output" ? "-o,--" : "--") + std::string(setting);
}

void add_knob(CLI::App& app, MeasureOptions& options, const Knob<Settings>& knob) {
  const std::string help(knob.help);
  if (is_switch(knob)) {
    options.knobs.emplace_back(&knob, app.add_flag(flag_of(knob.name), help));
    return;
  }
  CLI::Option* option = app.add_option(flag_of(knob.name), options.texts.emplace_back(), help);
  const std::string values = knob.values == "text" ? "FILE" : std::string(knob.values);
  option->type_name(values);
  const std::string usual = knob.get(Settings{});
  if (!usual.empty()) option->default_str(usual);
  options.knobs.emplace_back(&knob, option);
}

void add_measure_options(CLI::App& app, MeasureOptions& options, bool compare) {
  for (const ListSetting& list : list_settings()) {
    CLI::Option* option = app.add_option(flag_of(list.name), options.text_lists.emplace_back(),
                                         std::string(list.help));
    option->type_name(std::string(list.values))->allow_extra_args(false)->expected(1);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options.lists.emplace_back(&list, option);
  }
  for (const Knob<Settings>& knob : setting_knobs()) add_knob(app, options, knob);
  app.add_option("--config", options.config, "Settings from a TOML file; flags go before it.")
      ->type_name("FILE.toml");
  app.add_flag("--print-config", options.print_config,
               "Print the settings in effect as TOML, and stop.");
  if (compare) {
    app.add_option("results", options.files,
                   "Results files to compare as they are, instead of measuring.")
        ->type_name("FILE");
  }
}

// A flag comes from CLI11 as "true", or as what stands behind its '='.
std::string value_of(const Knob<Settings>& knob, const CLI::Option& option) {
  const std::string value = option.results().back();
  return is_switch(knob) && value == "true" ? "on" : value;
}

Settings settings_of(const MeasureOptions& options, const char* (*variable)(const char*)) {
  Settings settings;
  if (!options.config.empty()) apply_config_file(settings, options.config);
  apply_environment(settings, variable);
  for (const auto& [list, option] : options.lists) {
    if (option->count() > 0) settings.*list->field = option->results();
  }
  for (const auto& [knob, option] : options.knobs) {
    if (option->count() == 0) continue;
    try {
      knob->set(settings, value_of(*knob, *option));
    } catch (const SpecError& error) {
      throw UsageError(fmt::format("--{}: {}", knob->name, error.what()));
    }
  }
  return settings;
}

// The program's grammar, and what a parse has left in it.
struct Grammar {
  CLI::App app{"Event loops and work stealing behind one interface, on the same work."};
  MeasureOptions run_options;
  MeasureOptions compare_options;
  ListCommand list_command;
  DoctorCommand doctor_command;
  CompletionCommand completion_command;
  CalibrateCommand calibrate_command;
  ValidateCommand validate_command;
  SweepCommand sweep_command;
  ScriptCommand script_command;
  AdviseCommand advise_command;
  ReportCommand report_command;
  AskCommand ask_command;
  CLI::App* run = nullptr;
  CLI::App* compare = nullptr;
  CLI::App* list = nullptr;
  CLI::App* doctor = nullptr;
  CLI::App* schema = nullptr;
  CLI::App* completion = nullptr;
  CLI::App* calibrate = nullptr;
  CLI::App* validate = nullptr;
  CLI::App* sweep = nullptr;
  CLI::App* script = nullptr;
  CLI::App* advise = nullptr;
  CLI::App* report = nullptr;
  CLI::App* ask = nullptr;

  Grammar() {
    app.name("loopsteal");
    app.formatter(std::make_shared<ExamplesFirst>());
    app.set_version_flag("--version", "loopsteal " + std::string(build_info::kVersion) + " (" +
                                          std::string(build_info::kCommit) + ")");
    run = add("run", "Run schedulers on workloads, once or often, and print what came out.");
    add_measure_options(*run, run_options, false);
    compare = add("compare", "Compare schedulers, in interleaved repetitions, and say who won.");
    add_measure_options(*compare, compare_options, true);
    add_others();
    add_calibration();
    add_sweep();
    add_script();
    add_advise();
    add_report();
    add_ask();
    // One command: in `list knobs script` the last word is a workload.
    app.require_subcommand(0, 1);
    // Unknown words are ours to name: CLI11 knows no nearest one.
    app.allow_extras();
    for (CLI::App* command : app.get_subcommands({})) command->allow_extras();
  }

 private:
  CLI::App* add(const std::string& name, const std::string& description) {
    CLI::App* command = app.add_subcommand(name, description);
    command->footer(examples_of(name));
    return command;
  }

  void add_others() {
    list = add("list", "List what there is: schedulers, workloads, knobs, presets, costs.");
    list->add_option("topic", list_command.topic, "schedulers, workloads, knobs, presets or costs");
    list->add_option("of", list_command.of, "the scheduler or workload whose knobs you want");
    list->add_flag("--json", list_command.json, "As JSON.");
    doctor = add("doctor", "Say what on this machine would spoil a measurement.");
    doctor->add_flag("--json", doctor_command.json, "As JSON.");
    schema = add("schema", "Print the JSON Schema of results.");
    completion = add("completion", "Print a script that completes this program's words.");
    completion->add_option("shell", completion_command.shell, "bash, zsh or fish")->required();
    app.footer(examples_of(""));
  }

  void add_calibration() {
    calibrate = add("calibrate", "Measure what operations cost on this machine, for virtual time.");
    add_calibrate_options(*calibrate, calibrate_command);
    validate =
        add("validate", "Predict runs in virtual time, make them, and say how far off it was.");
    add_validate_options(*validate, validate_command);
  }

  void add_sweep() {
    sweep = add("sweep", "Measure a grid of points: plan it, run it in shards, merge it.");
    // Required, or CLI11 would take the step "run" for the command of that name.
    sweep
        ->add_option("step", sweep_command.words,
                     "plan GRID.toml, run PLAN.json, merge FOLDER, or GRID.toml for all of it")
        ->required();
    add_value(*sweep, "-o,--output", sweep_command.output, "FILE",
              "The plan; of run the folder of the rows; of merge and of all the results.");
    add_value(*sweep, "--slo", sweep_command.slo, "STATISTIC<=DURATION",
              "plan, all: find the largest load that keeps it, as in 'p99<=10ms'.");
    add_value(*sweep, "--shard", sweep_command.shard, "i/n",
              "run: every n-th point, from the i-th on.");
    add_value(*sweep, "--threads", sweep_command.threads, "1..1024",
              "run, all: that measure side by side; by default one a CPU.");
    sweep->add_flag("--partial", sweep_command.partial,
                    "merge: what is there, if points are missing.");
    add_value(*sweep, "--progress", sweep_command.progress, "auto|none|line|json",
              "run, all: how far it is, on standard error.");
  }

  void add_script() {
    script = add("script", "Run programs of your own and print who ran when.");
    script
        ->add_option("programs", script_command.files,
                     "JSON files (docs/scripts.md); - reads one program a line.")
        ->type_name("PROGRAM.json");
    add_value(*script, "--scheduler", script_command.scheduler, "SPEC", "Who decides what runs.");
    add_value(*script, "--machine", script_command.machine, "sim|threads", "Virtual or real time.");
    add_value(*script, "--workers", script_command.workers, "1..65535", "Workers it has.");
    add_value(*script, "--costs", script_command.costs, "FILE.toml|NAME",
              "What operations cost in virtual time.");
    add_value(*script, "--words", script_command.words, "asyncio|tokio-1.24",
              "Whose meaning cancelling, queues and semaphores have.");
    add_value(*script, "--tick", script_command.tick, "1ns..1s", "How long a tick is.");
    add_value(*script, "--seed", script_command.seed, "0 or more", "Of the scheduler's choices.");
    add_value(*script, "-o,--output", script_command.output, "FILE", "Where the trace goes.");
  }

  void add_advise() {
    advise = add("advise", "Say which scheduler keeps objectives with the fewest workers.");
    add_value(*advise, "--workload", advise_command.workload, "SPEC",
              "What is to be run: by name, a trace FILE.csv or a program FILE.json.");
    add_list(*advise, "--slo", advise_command.slos, "METRIC<=LIMIT",
             "An objective, as in 'p99<=10ms'; given twice, both are to be kept.");
    add_list(*advise, "--scheduler,--schedulers", advise_command.schedulers, "SPEC",
             "One that comes into question; by default each of ours, with some knobs.");
    add_value(*advise, "--workers", advise_command.workers, "1..65535",
              "A load in the workload is the load of so many workers.");
    add_value(*advise, "--max-workers", advise_command.max_workers, "1..65535",
              "More do not come into question.");
    add_value(*advise, "--costs", advise_command.costs, "FILE.toml|NAME",
              "What operations cost in virtual time.");
    add_value(*advise, "--seed", advise_command.seed, "0 or more", "Of the first replication.");
    add_value(*advise, "--threads", advise_command.threads, "1..1024",
              "That simulate side by side; by default one a CPU.");
    add_value(*advise, "--format", advise_command.format, "table|md|json", "How it is printed.");
    add_value(*advise, "-o,--output", advise_command.output, "FILE",
              "File for what would go to standard output.");
    add_value(*advise, "--progress", advise_command.progress, "auto|none|line|json",
              "How far it is, on standard error.");
  }

  static void add_list(CLI::App& command, const std::string& names,
                       std::vector<std::string>& values, const std::string& type,
                       const std::string& help) {
    CLI::Option* const option = command.add_option(names, values, help)->type_name(type);
    option->allow_extra_args(false)->expected(1);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  void add_report() {
    report = add("report", "Put results and timelines into one HTML file to look at.");
    report
        ->add_option("files", report_command.files,
                     "What run, compare or sweep wrote, and timelines of run --trace.")
        ->type_name("FILE");
    add_value(*report, "-o,--output", report_command.output, "FILE.html",
              "Where the report goes; - for standard output.");
    add_value(*report, "--slices", report_command.slices, "1 or more",
              "Of each timeline, that many jobs and sleeps at most: its beginning.");
  }

  void add_ask() {
    ask = add("ask", "Answer a design question by its experiment; without one, list them.");
    ask->add_option("question", ask_command.words, "Its number, or words of it.")
        ->type_name("Q03|WORDS");
    ask->add_flag("--full", ask_command.full, "As long as the published answers were run.");
    add_value(*ask, "--seed", ask_command.seed, "0 or more", "Of inputs and choices.");
    add_value(*ask, "--threads", ask_command.threads, "0..1024",
              "That run virtual time side by side; 0: one a CPU.");
    add_value(*ask, "--format", ask_command.format, "table|md|json", "How it is printed.");
    add_value(*ask, "-o,--output", ask_command.output, "FILE",
              "File for what would go to standard output.");
    add_value(*ask, "--raw", ask_command.raw, "FILE",
              "Where all numbers are kept, those of the figures included; none: nowhere.");
    add_value(*ask, "--progress", ask_command.progress, "auto|none|line|json",
              "How far it is, on standard error.");
  }
};

std::vector<std::string> long_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

[[noreturn]] void reject_word(std::string_view word, std::string_view where,
                              const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view bare = word.substr(0, word.find('='));
  throw UsageError(
      fmt::format("{} does not know \"{}\".{}", where, bare, did_you_mean(bare, views)));
}

void reject_unknown(const Grammar& grammar) {
  for (const CLI::App* command : grammar.app.get_subcommands()) {
    const std::vector<std::string> rest = command->remaining();
    if (!rest.empty()) {
      reject_word(rest.front(), "loopsteal " + command->get_name(), long_options(*command));
    }
  }
  const std::vector<std::string> rest = grammar.app.remaining();
  std::vector<std::string> commands;
  for (const CLI::App* command : grammar.app.get_subcommands({})) {
    commands.push_back(command->get_name());
  }
  if (!rest.empty()) {
    const bool option = rest.front().starts_with("-");
    reject_word(rest.front(), "loopsteal", option ? long_options(grammar.app) : commands);
  }
  if (grammar.app.get_subcommands().empty()) {
    throw UsageError(
        "A command is missing: run, compare, list, doctor, calibrate, "
        "validate, sweep, advise, report, ask, script, schema or completion. "
        "loopsteal --help shows examples.");
  }
}

MeasureCommand measure_command(const MeasureOptions& options, bool compare,
                               const char* (*variable)(const char*)) {
  return {.compare = compare,
          .settings = settings_of(options, variable),
          .print_config = options.print_config,
          .files = options.files};
}

Command command_of(const Grammar& grammar, const char* (*variable)(const char*)) {
  if (grammar.run->parsed()) return measure_command(grammar.run_options, false, variable);
  if (grammar.compare->parsed()) return measure_command(grammar.compare_options, true, variable);
  if (grammar.list->parsed()) return grammar.list_command;
  if (grammar.doctor->parsed()) return grammar.doctor_command;
  if (grammar.schema->parsed()) return SchemaCommand{};
  if (grammar.calibrate->parsed()) return grammar.calibrate_command;
  if (grammar.validate->parsed()) return grammar.validate_command;
  if (grammar.sweep->parsed()) return grammar.sweep_command;
  if (grammar.script->parsed()) return grammar.script_command;
  if (grammar.advise->parsed()) return grammar.advise_command;
  if (grammar.report->parsed()) return grammar.report_command;
  if (grammar.ask->parsed()) return grammar.ask_command;
  return grammar.completion_command;
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& words,
                           const char* (*variable)(const char* name)) {
  Grammar grammar;
  // CLI11 takes them from the back.
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    grammar.app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return TextCommand{grammar.app.help()};
  } catch (const CLI::CallForVersion&) {
    return TextCommand{grammar.app.version() + "\n"};
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}. loopsteal --help shows how.", error.what()));
  }
  reject_unknown(grammar);
  return command_of(grammar, variable);
}

std::vector<CommandWords> words_of_command_line() {
  Grammar grammar;
  std::vector<CommandWords> commands;
  for (CLI::App* command : grammar.app.get_subcommands({})) {
    CommandWords words{command->get_name(), {}, {}};
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_lnames().empty()) continue;
      OptionWords option_words{
          "--" + option->get_lnames().front(), {}, option->get_expected_max() > 0};
      const std::string values = option->get_type_name();
      if (values.find('|') != std::string::npos) {
        option_words.values = CLI::detail::split(values, '|');
        std::erase_if(option_words.values,
                      [](const std::string& value) { return value.find("..") != value.npos; });
      }
      words.options.push_back(std::move(option_words));
    }
    if (command == grammar.list)
      words.arguments = {"schedulers", "workloads", "knobs", "presets", "costs"};
    if (command == grammar.completion) words.arguments = {"bash", "zsh", "fish"};
    if (command == grammar.sweep) words.arguments = {"plan", "run", "merge"};
    commands.push_back(std::move(words));
  }
  return commands;
}

}  // namespace loopsteal
