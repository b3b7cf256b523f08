#include "bench/cli/help.hpp"

#include <array>

namespace loopsteal {
namespace {

struct Examples {
  std::string_view command;
  std::string_view text;
};

constexpr std::array kExamples = {
    Examples{"",
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
             "2 wrong usage, 3 a file or pipe failed, 4 some runs failed, 130 interrupted.\n"},
    Examples{"run",
             "Examples:\n"
             "  loopsteal run --scheduler event_loop --workload uts:tree=T1 --format json\n"
             "  loopsteal run --scheduler work_stealing --workload hot_shard --trace t.json\n"
             "  loopsteal run --workload requests:service=pareto --repetitions 20 -o r.jsonl \\\n"
             "      --format jsonl\n"
             "  loopsteal run --config lab.toml --workers 1      a flag goes before the file\n"},
    Examples{"compare",
             "Examples:\n"
             "  loopsteal compare --size small\n"
             "  loopsteal compare --scheduler work_stealing \\\n"
             "      --scheduler work_stealing:lifo_slot=off --workload ping_pong\n"
             "  loopsteal compare --raw results.json --format md > table.md\n"
             "  loopsteal compare results.json    the table of results measured before\n"},
    Examples{"list",
             "Examples:\n"
             "  loopsteal list\n"
             "  loopsteal list workloads\n"
             "  loopsteal list knobs requests\n"
             "  loopsteal list presets --json\n"},
    Examples{"doctor",
             "Examples:\n"
             "  loopsteal doctor && loopsteal compare\n"},
    Examples{"schema",
             "Examples:\n"
             "  loopsteal schema > loopsteal.run.schema.json\n"},
    Examples{"completion",
             "Examples:\n"
             "  source <(loopsteal completion bash)\n"
             "  loopsteal completion fish > ~/.config/fish/completions/loopsteal.fish\n"}};

}  // namespace

std::string examples_of(std::string_view command) {
  for (const Examples& examples : kExamples) {
    if (examples.command == command) return std::string(examples.text);
  }
  return {};
}

std::string ExamplesFirst::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode mode) const {
  // In the list of subcommands one line each is enough.
  if (mode == CLI::AppFormatMode::Sub) return CLI::Formatter::make_help(app, name, mode);
  return app->get_footer() + "\n" + CLI::Formatter::make_help(app, name, mode);
}

}  // namespace loopsteal
