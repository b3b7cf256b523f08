// A command of the program: a file commands/NAME.cpp that defines NAME_command, and a line in
// CMakeLists.txt, from which the list commands() is made.
//
// Everything that knows all commands (the parser, --help, completion, the sentence about a missing
// command, tests) reads that list.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/workload_catalog.hpp"

namespace CLI {
class App;
}

namespace loopsteal {

/// What a command is given besides its options.
struct Invocation {
  std::string executable;    ///< The first argument, or "loopsteal".
  std::string command_line;  ///< All arguments, quoted for a shell.
  const WorkloadCatalog& workloads;
};

/// getenv, except in tests.
using Environment = const char* (*)(const char* name);

/// The options of one command line, and the body that uses them.
class ParsedCommand {
 public:
  ParsedCommand() = default;
  ParsedCommand(const ParsedCommand&) = delete;
  ParsedCommand& operator=(const ParsedCommand&) = delete;
  virtual ~ParsedCommand() = default;

  /// Checks and combines the options. Called once, after a parse without unknown arguments and
  /// while its CLI::App exists. Throws UsageError.
  virtual void resolve(Environment) {}

  /// Does what the command says and returns the exit status. Called once. Throws UsageError,
  /// SpecError, OutputError and ResultsError for what stops it before anything is measured.
  [[nodiscard]] virtual int run(const Invocation& invocation) const = 0;
};

struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view examples;  ///< Stands first in its --help.
  /// Declares the options on the command's CLI::App, which writes their values into the result.
  std::unique_ptr<ParsedCommand> (*declare)(CLI::App& app);
  /// Completions of its positional arguments; null if there are none.
  std::vector<std::string> (*arguments)() = nullptr;
};

/// For Command::declare: `Parsed` declares its options in its constructor.
template <class Parsed>
std::unique_ptr<ParsedCommand> declare(CLI::App& app) {
  return std::make_unique<Parsed>(app);
}

/// All commands, in the order of --help.
std::span<const Command* const> commands() noexcept;

}  // namespace loopsteal
