// The command line as the program means it. CLI11 splits the words; every value is read by the same
// table as the config file and the environment.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bench/cli/advise_command.hpp"
#include "bench/cli/ask_command.hpp"
#include "bench/cli/calibrate_command.hpp"
#include "bench/cli/report_command.hpp"
#include "bench/cli/script_command.hpp"
#include "bench/cli/settings.hpp"
#include "bench/cli/sweep_command.hpp"
#include "bench/cli/validate_command.hpp"

namespace loopsteal {

/// `run` and `compare`.
struct MeasureCommand {
  bool compare = false;
  Settings settings;  ///< Of flags over environment over file over defaults.
  bool print_config = false;
  std::vector<std::string> files;  ///< compare: results to read instead of measuring.
};

struct ListCommand {
  std::string topic;
  std::string of;
  bool json = false;
};

struct DoctorCommand {
  bool json = false;
};

struct SchemaCommand {};

struct CompletionCommand {
  std::string shell;
};

/// Text to print and be done: --help, --version.
struct TextCommand {
  std::string text;
};

using Command = std::variant<MeasureCommand, ListCommand, DoctorCommand, SchemaCommand,
                             CompletionCommand, TextCommand, CalibrateCommand, ValidateCommand,
                             SweepCommand, ScriptCommand, AdviseCommand, ReportCommand, AskCommand>;

/// Reads the words behind the program's name. Throws UsageError, with the nearest known word where
/// one is unknown. `variable` is getenv, but for tests.
Command parse_command_line(const std::vector<std::string>& words,
                           const char* (*variable)(const char* name));

/// A word that may follow: a subcommand, or an option of one with the values it takes.
struct OptionWords {
  std::string option;               ///< "--size"
  std::vector<std::string> values;  ///< Empty where anything goes.
  bool takes_value = false;
};
struct CommandWords {
  std::string command;
  std::vector<OptionWords> options;
  std::vector<std::string> arguments;
};

/// All words of the command line, for completion.
std::vector<CommandWords> words_of_command_line();

}  // namespace loopsteal
