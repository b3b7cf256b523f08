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
             "  loopsteal list presets --json\n"
             "  loopsteal list costs\n"},
    Examples{"calibrate",
             "Examples:\n"
             "  loopsteal calibrate -o costs.toml && loopsteal validate --costs costs.toml\n"
             "  loopsteal calibrate --quick -o -\n"
             "  loopsteal calibrate --target cpython-3.11 -o cpython.toml\n"},
    Examples{"validate",
             "Examples:\n"
             "  loopsteal validate\n"
             "  loopsteal validate --costs reference --format json -o validation.json\n"
             "  loopsteal validate --costs costs.toml,wake_up=50us\n"
             "  loopsteal validate --target tokio-1.24\n"
             "  loopsteal validate --target cpython-3.11 --costs cpython-3.11\n"
             "\n"
             "Exit status 1: the median cell is off by more than 10 % (makespan) or 15 % (p50);\n"
             "of a target by more than 15 % or 20 %.\n"},
    Examples{"sweep",
             "Examples:\n"
             "  loopsteal sweep grid.toml -o results.json          run again, it goes on\n"
             "  loopsteal sweep plan grid.toml -o plan.json && \\\n"
             "      loopsteal sweep run plan.json -o rows --shard 1/2   here, 2/2 elsewhere\n"
             "  loopsteal sweep merge rows -o results.json         when all of them are there\n"
             "  loopsteal sweep grid.toml --slo 'p99<=10ms' -o loads.json\n"
             "\n"
             "A grid:\n"
             "  workers   = [1, 16]\n"
             "  precision = \"1%\"\n"
             "  scheduler = [\"shared_queue\",\n"
             "               {name = \"work_stealing\", steal = [\"half\", \"one\"]}]\n"
             "  workload  = {name = \"requests\", service = \"exp\", load = [0.5, 0.7, 0.9]}\n"
             "\n"
             "Keys, each a value or a list: machine (sim by default), workers, size, costs,\n"
             "precision, requests, seed, shuffle-ties, observe. With one value: repetitions,\n"
             "terminating, slo, slo-load = [0.05, 0.99], slo-width = 0.005. Several grids are\n"
             "[[grid]] tables, for which what stands above them is the default.\n"
             "\n"
             "Exit status 4: points are missing or failed; 130: interrupted, and the same\n"
             "words go on from there.\n"},
    Examples{"advise",
             "Examples:\n"
             "  loopsteal advise --workload requests:service=bimodal2,load=0.6 \\\n"
             "      --slo 'p99<=5ms' --slo 'mean<=200us'\n"
             "  loopsteal advise --workload requests:load=0.8 --workers 16 --slo 'p99<=1ms' \\\n"
             "      --costs costs.toml              the load of 16 workers, this machine's costs\n"
             "  loopsteal advise --workload trace.csv --slo 'p99<=30s' --format json\n"
             "  loopsteal advise --workload skynet:levels=4 --slo 'makespan<=1ms'\n"
             "\n"
             "Metrics: mean, p50, p90, p99, p99.9 (of sojourns), makespan, throughput>=N/s.\n"
             "Exit status 1: none will do, or the check at other seeds fails.\n"},
    Examples{"report",
             "Examples:\n"
             "  loopsteal report results/raw/full.json -o report.html\n"
             "  loopsteal run --scheduler work_stealing --workload hot_shard --trace t.json && \\\n"
             "      loopsteal report results/raw/*.json t.json -o report.html\n"
             "\n"
             "The file needs no network and no server. Exit status 3: a file cannot be read, or\n"
             "the page was not built; 4: a file was cut off, and the report has the rest of it.\n"},
    Examples{"script",
             "Examples:\n"
             "  loopsteal script docs/cards/yield.json\n"
             "  loopsteal script p.json --scheduler work_stealing:preset=tokio-1.24 \\\n"
             "      --words tokio-1.24\n"
             "  loopsteal script p.json --scheduler shared_queue --workers 4 --machine threads\n"
             "  loopsteal script - < programs.jsonl         one program a line\n"
             "\n"
             "Exit status 2: a program does what none may; the place is on standard error.\n"},
    Examples{"ask",
             "Examples:\n"
             "  loopsteal ask                     the questions\n"
             "  loopsteal ask Q03                 its experiment, quick: under a minute\n"
             "  loopsteal ask lifo slot           the same by words\n"
             "  loopsteal ask Q05 --full --raw q05.json && scripts/plot q05.json\n"
             "\n"
             "Exit status 1: a claim that the answer rests on did not hold this time.\n"},
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
