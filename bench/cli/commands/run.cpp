// `loopsteal run`: schedulers on workloads, once or often.
#include "bench/cli/measure_command.hpp"

namespace loopsteal {
namespace {

struct RunCommand final : MeasureCommand {
  explicit RunCommand(CLI::App& app) : MeasureCommand(app, Purpose::run) {}
};

}  // namespace

extern const Command run_command = {
    .name = "run",
    .summary = "Run schedulers on workloads, once or often, and print what came out.",
    .examples =
        "Examples:\n"
        "  loopsteal run --scheduler event_loop --workload uts:tree=T1 --format json\n"
        "  loopsteal run --scheduler work_stealing --workload hot_shard --trace t.json\n"
        "  loopsteal run --workload requests:service=pareto --repetitions 20 -o r.jsonl \\\n"
        "      --format jsonl\n"
        "  loopsteal run --config lab.toml --workers 1      a flag goes before the file\n",
    .declare = &declare<RunCommand>};

}  // namespace loopsteal
