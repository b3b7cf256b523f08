#include "bench/cli/command_line.hpp"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/output.hpp"
#include "build_info.hpp"
#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

constexpr const char* kProgramExamples =
    "Examples:\n"
    "  loopsteal compare --size small    every scheduler on every workload, in a minute\n"
    "  loopsteal compare                 the same with numbers to quote\n"
    "  loopsteal compare --scheduler event_loop --scheduler work_stealing \\\n"
    "      --workload hot_shard\n"
    "  loopsteal run --scheduler work_stealing:lifo_slot=off --workload uts:tree=T1\n"
    "  loopsteal list knobs work_stealing\n"
    "  loopsteal doctor                  is this machine fit to measure on?\n"
    "\n"
    "Exit status: 0 done, 1 a verdict is negative (a wrong answer, an unfit machine),\n"
    "2 wrong usage, 3 a file or pipe failed, 4 some runs failed, 130 interrupted.\n";

/// CLI11's help with the footer, which holds the examples, put first: most people want one of them.
class ExamplesFirst final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    // In the list of subcommands one line each is enough.
    if (mode == CLI::AppFormatMode::Sub) return CLI::Formatter::make_help(app, name, mode);
    return app->get_footer() + "\n" + CLI::Formatter::make_help(app, name, mode);
  }
  std::string make_footer(const CLI::App*) const override { return {}; }
};

/// The grammar of the program, and what a parse has left in it.
struct Grammar {
  struct Subcommand {
    const Command& command;
    CLI::App* app;
    std::unique_ptr<ParsedCommand> parsed;
  };

  CLI::App app{"Event loops and work stealing behind one interface, on the same work."};
  std::vector<Subcommand> subcommands;

  Grammar() {
    app.name("loopsteal");
    app.formatter(std::make_shared<ExamplesFirst>());
    app.footer(kProgramExamples);
    app.set_version_flag("--version", "loopsteal " + std::string(build_info::kVersion) + " (" +
                                          std::string(build_info::kCommit) + ")");
    for (const Command* command : commands()) add(*command);
    // One command: in `list knobs script` the last word is a workload.
    app.require_subcommand(0, 1);
    // Unknown words are ours to name: CLI11 knows no nearest one.
    app.allow_extras();
  }

 private:
  void add(const Command& command) {
    CLI::App* const own =
        app.add_subcommand(std::string(command.name), std::string(command.summary));
    own->footer(std::string(command.examples));
    own->allow_extras();
    subcommands.push_back({command, own, command.declare(*own)});
  }
};

std::vector<std::string> long_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

[[noreturn]] void reject(std::string_view argument, std::string_view where,
                         const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view bare = argument.substr(0, argument.find('='));
  throw UsageError(
      fmt::format("{} does not know \"{}\".{}", where, bare, did_you_mean(bare, views)));
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command* command : commands()) names.emplace_back(command->name);
  return names;
}

// "A command is missing: run, compare ... or ask."
std::string missing_command() {
  std::vector<std::string> names = command_names();
  const std::string last = std::move(names.back());
  names.pop_back();
  return fmt::format("A command is missing: {} or {}. loopsteal --help shows examples.",
                     fmt::join(names, ", "), last);
}

// The command that the arguments name. Throws UsageError if there is none, and for an argument that
// nobody knows.
std::unique_ptr<ParsedCommand> named_command(Grammar& grammar) {
  std::unique_ptr<ParsedCommand> named;
  for (Grammar::Subcommand& each : grammar.subcommands) {
    if (!each.app->parsed()) continue;
    const std::vector<std::string> rest = each.app->remaining();
    if (!rest.empty())
      reject(rest.front(), "loopsteal " + each.app->get_name(), long_options(*each.app));
    named = std::move(each.parsed);
  }
  const std::vector<std::string> rest = grammar.app.remaining();
  if (!rest.empty()) {
    const bool option = rest.front().starts_with("-");
    reject(rest.front(), "loopsteal", option ? long_options(grammar.app) : command_names());
  }
  if (!named) throw UsageError(missing_command());
  return named;
}

std::vector<OptionWords> option_words(const CLI::App& app) {
  std::vector<OptionWords> options;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;
    OptionWords words{"--" + option->get_lnames().front(), {}, option->get_expected_max() > 0};
    const std::string values = option->get_type_name();
    if (values.find('|') != std::string::npos) {
      words.values = CLI::detail::split(values, '|');
      std::erase_if(words.values,
                    [](const std::string& value) { return value.find("..") != value.npos; });
    }
    options.push_back(std::move(words));
  }
  return options;
}

}  // namespace

int TextCommand::run(const Invocation&) const {
  standard_output()->write(text);
  return kExitOk;
}

std::unique_ptr<ParsedCommand> parse_command_line(const std::vector<std::string>& arguments,
                                                  Environment variable) {
  Grammar grammar;
  // CLI11 takes them from the back.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    grammar.app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return std::make_unique<TextCommand>(grammar.app.help());
  } catch (const CLI::CallForVersion&) {
    return std::make_unique<TextCommand>(grammar.app.version() + "\n");
  } catch (const CLI::ParseError& error) {
    throw UsageError(fmt::format("{}. loopsteal --help shows how.", error.what()));
  }
  std::unique_ptr<ParsedCommand> command = named_command(grammar);
  command->resolve(variable);
  return command;
}

std::vector<CommandWords> words_of_command_line() {
  const Grammar grammar;
  std::vector<CommandWords> words;
  for (const auto& [command, app, parsed] : grammar.subcommands) {
    words.push_back({.command = std::string(command.name),
                     .options = option_words(*app),
                     .arguments = command.arguments == nullptr ? std::vector<std::string>{}
                                                               : command.arguments()});
  }
  return words;
}

}  // namespace loopsteal
