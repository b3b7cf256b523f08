#include "bench/cli/commands/completion.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/cli/command_line.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/output.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr std::array<std::string_view, 3> kShells = {"bash", "zsh", "fish"};

struct CompletionCommand final : ParsedCommand {
  explicit CompletionCommand(CLI::App& app) {
    add_argument(app, "shell", shell, "TEXT", "bash, zsh or fish", Presence::required);
  }
  [[nodiscard]] int run(const Invocation& invocation) const override {
    standard_output()->write(completion_script(shell, invocation.workloads));
    return kExitOk;
  }

  std::string shell;
};

// The words of the grammar with the names of schedulers and workloads put in as values.
std::vector<CommandWords> all_words(const WorkloadCatalog& workloads) {
  std::vector<CommandWords> commands = words_of_command_line();
  for (CommandWords& command : commands) {
    for (OptionWords& option : command.options) {
      if (option.option == "--scheduler") {
        for (const SchedulerInfo& info : schedulers()) option.values.emplace_back(info.name);
      }
      if (option.option == "--workload") {
        for (const WorkloadInfo& info : workloads.workloads) option.values.emplace_back(info.name);
      }
    }
  }
  return commands;
}

// A case for each command, and in it one for each option that takes a value.
std::string bash_script(const std::vector<CommandWords>& commands) {
  std::string cases;
  std::vector<std::string> names;
  for (const CommandWords& command : commands) {
    names.push_back(command.command);
    std::string values;
    std::vector<std::string> words = command.arguments;
    for (const OptionWords& option : command.options) {
      words.push_back(option.option);
      if (!option.takes_value) continue;
      const std::string reply = option.values.empty()
                                    ? "COMPREPLY=($(compgen -f -- \"$word\"))"
                                    : fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$word\"))",
                                                  fmt::join(option.values, " "));
      values += fmt::format("        {}) {}; return ;;\n", option.option, reply);
    }
    cases += fmt::format(
        "    {})\n      case $before in\n{}        *) COMPREPLY=($(compgen -W \"{}\" -- "
        "\"$word\")) ;;\n      esac ;;\n",
        command.command, values, fmt::join(words, " "));
  }
  return fmt::format(
      "_loopsteal() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  case ${{COMP_CWORD:+${{COMP_WORDS[1]}}}} in\n{}"
      "    *) COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$word\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -F _loopsteal loopsteal\n",
      cases, fmt::join(names, " "));
}

std::string zsh_script(const std::vector<CommandWords>& commands) {
  return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(commands);
}

std::string fish_script(const std::vector<CommandWords>& commands) {
  std::string text = "complete -c loopsteal -f\n";
  for (const CommandWords& command : commands) {
    text += fmt::format("complete -c loopsteal -n __fish_use_subcommand -a {}\n", command.command);
    const std::string when =
        fmt::format("complete -c loopsteal -n '__fish_seen_subcommand_from {}'", command.command);
    if (!command.arguments.empty()) {
      text += fmt::format("{} -a '{}'\n", when, fmt::join(command.arguments, " "));
    }
    for (const OptionWords& option : command.options) {
      text += fmt::format("{} -l {}", when, option.option.substr(2));
      if (option.takes_value) {
        text += option.values.empty() ? " -r -F"
                                      : fmt::format(" -x -a '{}'", fmt::join(option.values, " "));
      }
      text += "\n";
    }
  }
  return text;
}

}  // namespace

std::string completion_script(std::string_view shell, const WorkloadCatalog& workloads) {
  const std::vector<CommandWords> commands = all_words(workloads);
  if (shell == "bash") return bash_script(commands);
  if (shell == "zsh") return zsh_script(commands);
  if (shell == "fish") return fish_script(commands);
  throw UsageError(
      fmt::format("No completion for the shell \"{}\".{}", shell, did_you_mean(shell, kShells)));
}

extern const Command completion_command = {
    .name = "completion",
    .summary = "Print a script that completes this program's words.",
    .examples =
        "Examples:\n"
        "  source <(loopsteal completion bash)\n"
        "  loopsteal completion fish > ~/.config/fish/completions/loopsteal.fish\n",
    .declare = &declare<CompletionCommand>,
    .arguments = [] { return std::vector<std::string>(kShells.begin(), kShells.end()); }};

}  // namespace loopsteal
