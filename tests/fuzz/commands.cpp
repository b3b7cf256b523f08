#include "tests/fuzz/commands.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "bench/cli/command_line.hpp"
#include "sched/catalog.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_files.hpp"

namespace loopsteal::fuzz {
namespace {

// Values that are wrong nearly everywhere.
constexpr std::array<std::string_view, 44> kHostile = {"",
                                                       " ",
                                                       "-1",
                                                       "0",
                                                       "-0",
                                                       "+5",
                                                       "1e3",
                                                       "1e308",
                                                       "-1e308",
                                                       "nan",
                                                       "inf",
                                                       "-inf",
                                                       "0x10",
                                                       "1.5",
                                                       "65535",
                                                       "65537",
                                                       "4294967296",
                                                       "9223372036854775807",
                                                       "9223372036854775808",
                                                       "18446744073709551615",
                                                       "18446744073709551616",
                                                       "0ns",
                                                       "-1ns",
                                                       "1",
                                                       "1ns",
                                                       "61min",
                                                       "9223372037s",
                                                       "1e30s",
                                                       "0%",
                                                       "100%",
                                                       "nan%",
                                                       "missing.json",
                                                       "missing.toml",
                                                       "folder",
                                                       "/dev/full",
                                                       "/proc/self/mem",
                                                       "no/such/folder/x",
                                                       "-",
                                                       "--",
                                                       "=",
                                                       ":,=",
                                                       "a:b=c",
                                                       "%s%n%d",
                                                       "\xff\xfe"};

// Tiny ones, to which knobs are added.
constexpr std::array<std::string_view, 24> kWorkloads = {"spawn_many_local:spawns=20",
                                                         "spawn_many_remote_idle:spawns=20",
                                                         "spawn_many_remote_busy1:spawns=5",
                                                         "spawn_many_remote_busy2:spawns=5",
                                                         "yield_many:tasks=5,yields=3",
                                                         "ping_pong:pairs=3",
                                                         "chained_spawn:links=9",
                                                         "fan_out:tasks=20",
                                                         "pipeline:items=9",
                                                         "fork_join:n=6",
                                                         "timers:timers=9",
                                                         "requests:count=50",
                                                         "requests:trace=trace.csv",
                                                         "requests:trace=llm.csv",
                                                         "skynet:levels=2",
                                                         "nqueens:n=5",
                                                         "uts:tree=small",
                                                         "hot_shard:jobs=9",
                                                         "bursts:bursts=2,jobs=3",
                                                         "blocker:callbacks=20",
                                                         "mixed:requests=9",
                                                         "dag:side=3",
                                                         "dag:file=dag.json",
                                                         "script:file=script.json"};

constexpr std::array<std::string_view, 8> kCosts = {
    "zero",       "reference",   "zero,entry=5us", "costs.toml",
    "tokio-1.24", "reference@0", "bad.toml",       "zero,wake_up=60min"};
constexpr std::array<std::string_view, 8> kObjectives = {
    "p99<=10ms",  "mean<=1ms", "makespan<=1ms", "throughput>=1000/s",
    "p99.9<=1ns", "p99>=1ms",  "p99<=",         "throughput>=inf/s"};
constexpr std::array<std::string_view, 10> kOutputs = {
    "-",         "out.json", "/dev/full", "/dev/null", "folder", "no/such/folder/x",
    "grid.toml", "none",     "",          "rows"};

// Reads decisions off the bytes; at their end all are 0.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  std::size_t below(std::size_t bound) {
    if (bytes_.empty() || bound < 2) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte % bound;
  }
  bool one_in(std::size_t times) { return !bytes_.empty() && below(times) == times - 1; }
  template <class List>
  auto of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::string_view bytes_;
};

std::string text(std::string_view view) { return std::string(view); }

class Maker {
 public:
  explicit Maker(std::string_view bytes) : choices_(bytes) {}

  std::vector<std::string> arguments() {
    static const std::vector<CommandWords> commands = words_of_command_line();
    // Half of all are of the two that have the most settings.
    const CommandWords& command = choices_.one_in(2)
                                      ? named(commands, choices_.one_in(2) ? "run" : "compare")
                                      : commands[choices_.below(commands.size())];
    if (!command.command.empty()) add(command.command);
    begin(command);
    for (std::size_t i = choices_.below(5); i > 0; --i) option(command);
    if (choices_.one_in(4)) mutate();
    bound(command.command);
    return std::move(arguments_);
  }

 private:
  static const CommandWords& named(const std::vector<CommandWords>& commands,
                                   std::string_view name) {
    const auto found = std::ranges::find(commands, name, &CommandWords::command);
    return found == commands.end() ? commands.front() : *found;
  }

  void add(std::string_view argument) { arguments_.emplace_back(argument); }
  void add(std::string_view option, std::string_view value) {
    add(option);
    add(value);
  }

  // What makes the command right, and short.
  void begin(const CommandWords& words) {
    const std::string& command = words.command;
    if (command == "run" || command == "compare") {
      if (command == "compare" && choices_.one_in(4)) return add(file());
      real_ = choices_.one_in(16);
      if (!real_) add("--machine", "sim");
      add("--size", "small");
      add("--scheduler", real_ ? "work_stealing" : scheduler());
      add("--workload", real_ ? "fan_out:tasks=20" : workload());
      if (command == "compare" || real_) add("--repetitions", "2");
      if (choices_.one_in(3)) add("--terminating");
      if (real_) add("--workers", choices_.one_in(2) ? "1" : "2");
    } else if (command == "advise") {
      add("--workload", choices_.one_in(3) ? "trace.csv" : workload());
      add("--slo", choices_.of(kObjectives));
      add("--scheduler", "event_loop");
      add("--max-workers", "2");
    } else if (command == "sweep") {
      constexpr std::array<std::string_view, 4> kSteps = {"plan", "run", "merge", "all"};
      if (!choices_.one_in(4)) add(choices_.of(kSteps));
      add(choices_.one_in(2) ? file() : std::string("grid.toml"));
    } else if (command == "script") {
      add(choices_.one_in(2) ? file() : std::string("script.json"));
    } else if (command == "report" || command == "completion" || command == "list") {
      add(command == "report" ? file() : argument(words));
    } else if (command == "ask") {
      add(choices_.one_in(2) ? "no-such-word" : "Q99");
    } else if (command == "calibrate" || command == "validate") {
      add("--progress", "no-such-progress");  // They would take a minute.
    }
  }

  // Whatever was done to it: it is in virtual time and of a tiny workload, or it is refused.
  void bound(const std::string& command) {
    const bool measures =
        !arguments_.empty() && (command == "run" || command == "compare" ||
                                arguments_.front() == "run" || arguments_.front() == "compare");
    if (measures && mutated_) {
      add("--machine=sim");
      add("--size=small");
      add("--workload=fan_out:tasks=5");
    } else if (mutated_ && (command == "calibrate" || command == "validate" || command == "ask")) {
      add("--no-such-option");
    }
  }

  std::string file() {
    if (choices_.one_in(4)) return text(choices_.of(kHostile));
    return text(choices_.of(small_files()).name);
  }

  std::string argument(const CommandWords& words) {
    if (words.arguments.empty() || choices_.one_in(6)) return text(choices_.of(kHostile));
    return text(choices_.of(words.arguments));
  }

  // Any length in virtual time costs nothing.
  std::string duration() {
    constexpr std::array<std::string_view, 8> kDurations = {"0ns", "1ns",   "3us",   "50us",
                                                            "1ms", "1.5ms", "100ms", "60min"};
    return text(choices_.of(kDurations));
  }

  // A value of the knob that is at its lower limit, wrong, or one of its words: no large count.
  std::string knob_value(const KnobRow& knob) {
    const bool takes_time = knob.values.ends_with("min") || knob.values.ends_with("1s");
    if (takes_time && !choices_.one_in(4)) return duration();
    switch (choices_.below(4)) {
      case 0:
        return knob.values.substr(0, knob.values.find_first_of(".|,"));
      case 1:
        return word_of(knob.values);
      case 2:
        return knob.default_value.size() > 3 ? word_of(knob.values) : knob.default_value;
      default:
        return std::to_string(1 + choices_.below(9));
    }
  }

  std::string word_of(std::string_view values) {
    std::vector<std::string_view> words;
    while (!values.empty()) {
      const std::string_view word = values.substr(0, values.find('|'));
      values.remove_prefix(std::min(values.size(), word.size() + 1));
      if (word.find("..") == std::string_view::npos) words.push_back(word);
    }
    return words.empty() ? "3" : text(choices_.of(words));
  }

  void add_knobs(std::string& spec, std::span<const KnobRow> knobs) {
    for (std::size_t i = choices_.below(4); i > 0 && !knobs.empty(); --i) {
      const KnobRow& knob = knobs[choices_.below(knobs.size())];
      const bool given = spec.find(knob.name + "=") != std::string::npos;
      if (given && !choices_.one_in(8)) continue;
      spec += spec.find(':') == std::string::npos ? ":" : ",";
      spec +=
          knob.name + "=" + (choices_.one_in(12) ? text(choices_.of(kHostile)) : knob_value(knob));
    }
  }

  std::string scheduler() {
    if (choices_.one_in(12)) return text(choices_.of(kHostile));
    const SchedulerInfo& info = schedulers()[choices_.below(schedulers().size())];
    std::string spec(info.name);
    if (!info.presets.empty() && choices_.one_in(3))
      spec += ":preset=" + info.presets[choices_.below(info.presets.size())].name;
    add_knobs(spec, info.knobs);
    return spec;
  }

  std::string workload() {
    if (choices_.one_in(12)) return text(choices_.of(kHostile)) + ":a=b";
    std::string spec = text(choices_.of(kWorkloads));
    const std::string name = spec.substr(0, spec.find(':'));
    if (name == "uts" || name == "skynet" || name == "nqueens" || name == "fork_join") return spec;
    const auto knobs = catalog().named(name).knobs(Size::small);
    add_knobs(spec, knobs);
    return spec;
  }

  void option(const CommandWords& command) {
    if (command.options.empty()) return add(choices_.of(kHostile));
    const OptionWords& option = command.options[choices_.below(command.options.size())];
    if (real_ && option.option != "--format" && option.option != "--seed") return;
    if (option.option == "--help" && !choices_.one_in(12)) return;
    if (!option.takes_value) return add(option.option);
    const std::string given = value(option);
    if (choices_.one_in(4)) return add(option.option + "=" + given);
    add(option.option, given);
  }

  // One that is allowed and quick, or hostile.
  std::string value(const OptionWords& option) {
    const std::string& name = option.option;
    if (choices_.one_in(8)) return quick(name, text(choices_.of(kHostile)));
    if (name == "--scheduler" || name == "--schedulers") return scheduler();
    if (name == "--workload") return workload();
    if (name == "--costs") return text(choices_.of(kCosts));
    if (name == "--slo") return text(choices_.of(kObjectives));
    if (name == "-o" || name == "--output" || name == "--raw" || name == "--trace")
      return text(choices_.of(kOutputs));
    if (name == "--config") return file();
    if (name == "--precision") return choices_.one_in(2) ? "50%" : "off";
    if (name == "--shard") return choices_.one_in(2) ? "1/2" : "2/1";
    if (name == "--tick") return choices_.one_in(2) ? "1us" : "1s";
    if (!option.values.empty() && !choices_.one_in(4)) return text(choices_.of(option.values));
    return std::to_string(1 + choices_.below(4));
  }

  // Large values that are allowed, and take long, are left out.
  static std::string quick(const std::string& name, const std::string& value) {
    const bool counts = name == "--repetitions" || name == "--workers" || name == "--max-workers";
    return counts && value == "65535" ? "65536" : value;
  }

  void mutate() {
    if (real_ || arguments_.empty()) return;
    mutated_ = true;
    const std::size_t at = choices_.below(arguments_.size());
    std::string& argument = arguments_[at];
    switch (choices_.below(6)) {
      case 0:
        arguments_.erase(arguments_.begin() + static_cast<std::ptrdiff_t>(at));
        return;
      case 1:
        arguments_.push_back(std::string(argument));
        return;
      case 2:
        argument = text(choices_.of(kHostile));
        return;
      case 3:
        std::swap(argument, arguments_[choices_.below(arguments_.size())]);
        return;
      case 4:
        argument = argument.substr(0, choices_.below(argument.size() + 1));
        return;
      default:
        argument = std::string(choices_.below(256) * 64, 'a');
    }
  }

  Choices choices_;
  std::vector<std::string> arguments_;
  bool real_ = false;  // On real threads, where time passes.
  bool mutated_ = false;
};

}  // namespace

std::vector<std::string> arguments_from(std::string_view bytes) { return Maker(bytes).arguments(); }

}  // namespace loopsteal::fuzz
