#include "bench/cli/settings.hpp"

#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "sched/core/config/knob_makers.hpp"

namespace loopsteal {
namespace {

constexpr Named<MachineKind> kMachines[] = {{"threads", MachineKind::threads},
                                            {"sim", MachineKind::sim}};
constexpr Named<std::uint32_t> kAuto[] = {{"auto", 0}};
constexpr Named<std::uint64_t> kTies[] = {{"auto", kTiesAuto}, {"no", 0}, {"yes", kTiesYes}};
constexpr Named<Size> kSizes[] = {{"small", Size::small}, {"full", Size::full}};
constexpr Named<Format> kFormats[] = {{"table", Format::table},
                                      {"json", Format::json},
                                      {"jsonl", Format::jsonl},
                                      {"csv", Format::csv},
                                      {"md", Format::md}};
constexpr Named<ColourMode> kColours[] = {
    {"auto", ColourMode::automatic}, {"always", ColourMode::always}, {"never", ColourMode::never}};
constexpr Named<ProgressMode> kProgress[] = {{"auto", ProgressMode::automatic},
                                             {"none", ProgressMode::none},
                                             {"line", ProgressMode::line},
                                             {"json", ProgressMode::json}};
constexpr Named<Observe> kObserve[] = {{"off", Observe::off}, {"delays", Observe::delays}};

// A precision is a share of the mean, so it is written as one: "0.5%".
void set_precision(Settings& settings, std::string_view text) {
  if (text == "off") {
    settings.precision = 0;
    return;
  }
  if (!text.ends_with('%')) {
    throw SpecError(fmt::format("\"{}\" is no precision: write a percentage, as in 0.5%.", text));
  }
  text.remove_suffix(1);
  settings.precision = parse_real(text, Thousandths{10, 50'000}) / 100;
}

std::string get_precision(const Settings& settings) {
  if (settings.precision == 0) return "off";
  return print_real(std::round(settings.precision * 1e8) / 1e6) + "%";
}

constexpr Knob<Settings> kKnobs[] = {
    knob<&Settings::machine, kMachines>(
        "machine", "What runs the workers: real threads, or virtual time.", ""),
    knob<&Settings::workers, Range{1, 65'535}, kAuto>(
        "workers", "Workers of each scheduler that can have several; auto: one for each CPU.", ""),
    knob<&Settings::cpus, Range{1, 65'536}, kAuto>(
        "cpus",
        "CPUs of the virtual machine, by which blocking pools are sized; auto: one for each worker "
        "of the largest scheduler compared.",
        ""),
    knob<&Settings::seed, Range{0, Range{}.high}>(
        "seed", "Of arrivals, sizes and the order of runs; repetition r has seed + r.", ""),
    knob<&Settings::repetitions, Range{1, 100'000}, kAuto>(
        "repetitions", "Runs of each point; auto: 1 for run, 9 for compare.", ""),
    knob<&Settings::size, kSizes>("size", "full for numbers to quote, small for a first look.", ""),
    knob<&Settings::format, kFormats>(
        "format", "json has Google Benchmark's shape; jsonl and csv have one row a line.", ""),
    knob<&Settings::output>("output", "File for what would go to standard output.", ""),
    knob<&Settings::raw>("raw", "File for all rows as JSON, whatever the format; none: keep none.",
                         ""),
    knob<&Settings::oversubscribe>("oversubscribe", "Allow more workers than CPUs.", ""),
    knob<&Settings::color, kColours>("color",
                                     "Colours; auto: on a terminal, unless NO_COLOR is set.", ""),
    knob<&Settings::progress, kProgress>(
        "progress", "How far it is, on standard error; auto: a line on a terminal.", ""),
    knob<&Settings::trace>("trace", "File for a timeline of the run (Chrome, Perfetto).", ""),
    knob<&Settings::observe, kObserve>(
        "observe", "delays: also measure from ready to run, and how long jobs run.", ""),
    knob<&Settings::costs>(
        "costs", "In virtual time: zero, or zero,ENTRY=DURATION,... (see list costs).", ""),
    knob<&Settings::shuffle_ties, Range{0, Range{}.high}, kTies>(
        "shuffle-ties",
        "In virtual time: draw the order of simultaneous events, by a seed; auto: where workers "
        "that steal act at the same instants by construction.",
        ""),
    {"precision", "off|0.01%..50%", "",
     "In virtual time: replicate until the 95 % interval is within this of the mean.",
     set_precision, get_precision},
    knob<&Settings::threads, Range{1, 1'024}, kAuto>(
        "threads", "That run replications of virtual time side by side; auto: one a CPU.", ""),
    knob<&Settings::terminating>(
        "terminating",
        "In virtual time: requests end, and each counts: no warm-up, and any load is allowed.", ""),
    {"warmup", "auto|none|0..1000000000", "",
     "In virtual time: requests at the beginning that do not count; auto: 10 % or 20 relaxation "
     "times.",
     [](Settings& settings, std::string_view text) { settings.warm_up = parse_warm_up(text); },
     [](const Settings& settings) { return to_string(settings.warm_up); }}};

constexpr ListSetting kLists[] = {
    {"scheduler", "NAME[:KEY=VALUE,...]",
     "A scheduler; repeat for several. Default: all but models of theory.", &Settings::schedulers},
    {"workload", "NAME[:KEY=VALUE,...]", "A workload; repeat for several. All by default.",
     &Settings::workloads}};

std::string variable_of(std::string_view setting) {
  std::string name = "LOOPSTEAL_";
  for (const char letter : setting) {
    const bool lower = letter >= 'a' && letter <= 'z';
    name.push_back(lower ? static_cast<char>(letter - 'a' + 'A') : letter == '-' ? '_' : letter);
  }
  return name;
}

}  // namespace

std::span<const Knob<Settings>> setting_knobs() { return kKnobs; }

std::span<const ListSetting> list_settings() { return kLists; }

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const ListSetting& list : kLists) names.push_back(list.name);
  for (const Knob<Settings>& knob : kKnobs) names.push_back(knob.name);
  return names;
}

bool is_switch(const Knob<Settings>& knob) { return knob.values == "on|off"; }

bool takes_numbers(const Knob<Settings>& knob) {
  return knob.values.find("..") != std::string_view::npos ||
         knob.values.find(" or more") != std::string_view::npos;
}

void apply_environment(Settings& settings, const char* (*variable)(const char* name)) {
  for (const ListSetting& list : kLists) {
    const char* text = variable(variable_of(list.name).c_str());
    if (text == nullptr || *text == '\0') continue;
    std::istringstream words(text);
    std::vector<std::string>& field = settings.*list.field;
    field.clear();
    for (std::string word; words >> word;) field.push_back(word);
  }
  for (const Knob<Settings>& knob : kKnobs) {
    const std::string name = variable_of(knob.name);
    const char* text = variable(name.c_str());
    if (text == nullptr || *text == '\0') continue;
    try {
      knob.set(settings, text);
    } catch (const SpecError& error) {
      throw UsageError(fmt::format("The environment variable {}: {}", name, error.what()));
    }
  }
}

}  // namespace loopsteal
