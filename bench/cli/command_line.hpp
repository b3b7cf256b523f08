// The command line as the program means it. CLI11 splits the arguments; every value is read by the
// same table as the config file and the environment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/cli/command.hpp"

namespace loopsteal {

/// Prints a text: for --help and --version.
struct TextCommand final : ParsedCommand {
  explicit TextCommand(std::string printed) : text(std::move(printed)) {}
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::string text;
};

/// Reads the arguments after the program's name. Throws UsageError, with the nearest known argument
/// where one is unknown.
std::unique_ptr<ParsedCommand> parse_command_line(const std::vector<std::string>& arguments,
                                                  Environment variable);

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
