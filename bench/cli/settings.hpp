// What can be set for `run` and `compare`, in one table: flags, environment variables, the config
// file, --print-config and --help are all made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/progress.hpp"
#include "bench/measure/row.hpp"
#include "bench/measure/ties.hpp"
#include "sched/core/config/knobs.hpp"

namespace loopsteal {

enum class Format { table, json, jsonl, csv, md };
enum class ColourMode { automatic, always, never };
enum class MachineKind { threads, sim };

struct Settings {
  std::vector<std::string> schedulers;  ///< Empty: all of them.
  std::vector<std::string> workloads;   ///< Empty: the standard ones.
  MachineKind machine = MachineKind::threads;
  std::uint32_t workers = 0;  ///< 0: as many as the machine carries.
  std::uint32_t cpus = 0;     ///< In virtual time; 0: as many as the workers.
  std::uint64_t seed = 1;
  std::uint32_t repetitions = 0;  ///< 0: 1 for run, 9 for compare.
  Size size = Size::full;
  Format format = Format::table;
  std::string output = "-";
  std::string raw;  ///< "": where the command keeps raw results by default; "none": nowhere.
  bool oversubscribe = false;
  ColourMode color = ColourMode::automatic;
  ProgressMode progress = ProgressMode::automatic;
  std::string trace;  ///< "": no trace.
  Observe observe = Observe::off;
  std::string costs = "zero";  ///< Of operations in virtual time.
  std::uint64_t shuffle_ties = kTiesAuto;
  double precision = 0;       ///< Relative half-width to be reached in virtual time; 0: none.
  std::uint32_t threads = 0;  ///< That run replications; 0: one for each CPU.
  bool terminating = false;   ///< In virtual time: requests are a finite input.
  WarmUpChoice warm_up = {};
};

/// The settings that have one value. The names are those of flags and of keys in the config file.
std::span<const Knob<Settings>> setting_knobs();

/// The settings that are lists: "scheduler" and "workload".
struct ListSetting {
  std::string_view name;
  std::string_view values;
  std::string_view help;
  std::vector<std::string> Settings::*field;
};
std::span<const ListSetting> list_settings();

/// All names, lists first: for messages about unknown ones.
std::vector<std::string_view> setting_names();

/// Whether the knob is one of "on|off" (a flag without value on the command line), or takes whole
/// numbers (which need no quotes in the config file).
bool is_switch(const Knob<Settings>& knob);
bool takes_numbers(const Knob<Settings>& knob);

/// Takes LOOPSTEAL_WORKERS and its like: the setting's name in capitals behind "LOOPSTEAL_". Lists
/// have blanks between their elements. Throws UsageError that names the variable. `variable` is
/// getenv, but for tests.
void apply_environment(Settings& settings, const char* (*variable)(const char* name));

}  // namespace loopsteal
