// `loopsteal advise`: objectives in, a scheduler and a number of workers out.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/advise/advice_report.hpp"
#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/progress.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr std::uint32_t kWorkersMax = 65'535;

struct AdviseCommand final : ParsedCommand {
  explicit AdviseCommand(CLI::App& app) {
    add_value(app, "--workload", workload, "SPEC",
              "What is to be run: by name, a trace FILE.csv or a program FILE.json.");
    add_list(app, "--slo", slos, "METRIC<=LIMIT",
             "An objective, as in 'p99<=10ms'; given twice, both are to be kept.");
    add_list(app, "--scheduler,--schedulers", schedulers, "SPEC",
             "One that comes into question; by default each of ours, with some knobs.");
    add_value(app, "--workers", workers, "1..65535",
              "A load in the workload is the load of so many workers.");
    add_value(app, "--max-workers", max_workers, "1..65535", "More do not come into question.");
    add_value(app, "--costs", costs, "FILE.toml|NAME", "What operations cost in virtual time.");
    add_value(app, "--seed", seed, "0 or more", "Of the first replication.");
    add_value(app, "--threads", threads, "1..1024",
              "That simulate side by side; by default one a CPU.");
    document.add_to(app);
    add_progress(app, progress);
  }
  /// Returns kExitNegative if no candidate will do, or the check of the chosen one fails.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::string workload;  ///< A spec, a trace FILE.csv or a program FILE.json.
  std::vector<std::string> slos;
  std::vector<std::string> schedulers;  ///< None: those of usual_schedulers().
  std::uint32_t workers = 1;            ///< A load in the workload is the load of so many.
  std::uint32_t max_workers = 64;
  std::string costs = "reference";
  std::uint64_t seed = 1;
  std::uint32_t threads = 0;  ///< 0: one for each CPU.
  DocumentOptions document;
  std::string progress = "auto";
};

void check_workers(std::string_view option, std::uint32_t value) {
  if (value >= 1 && value <= kWorkersMax) return;
  throw UsageError(
      fmt::format("{}: {} is out of range: 1..{} is allowed.", option, value, kWorkersMax));
}

void check(const AdviseCommand& command) {
  if (command.workload.empty()) {
    throw UsageError(
        "What is to be run? Name it: --workload requests:load=0.6, a trace FILE.csv or a program "
        "FILE.json.");
  }
  if (command.slos.empty()) {
    throw UsageError("What is to be kept? Say it: --slo 'p99<=10ms', more than one if you like.");
  }
  check_workers("--workers", command.workers);
  check_workers("--max-workers", command.max_workers);
  check_threads(command.threads);
  command.document.check("an advice");
}

std::vector<Objective> objectives_of(const AdviseCommand& command) {
  std::vector<Objective> objectives;
  for (const std::string& slo : command.slos) {
    const Objective objective = parse_objective(slo);
    const auto same = [&](const Objective& other) { return other.metric == objective.metric; };
    if (std::ranges::any_of(objectives, same)) {
      throw UsageError(fmt::format("--slo: {} has two limits; give the narrower one.",
                                   to_string(objective.metric)));
    }
    objectives.push_back(objective);
  }
  return objectives;
}

// Known, to be had in virtual time, and each once. Those that the costs cannot price are left out,
// and that is said; none must not be left.
std::vector<std::string> schedulers_of(const AdviseCommand& command, const Costs& costs) {
  const std::vector<std::string> named =
      command.schedulers.empty() ? usual_schedulers() : command.schedulers;
  std::vector<std::string> kept;
  std::vector<Spec> canonical;
  for (const std::string& name : named) {
    const Spec spec = canonical_scheduler(parse_spec(name));
    static_cast<void>(make_scheduler(spec, {.machine = "sim"}));
    if (std::ranges::find(canonical, spec) != canonical.end()) continue;
    canonical.push_back(spec);
    try {
      check_costs_known(spec, 1, costs.for_scheduler(spec.name));
      kept.push_back(name);
    } catch (const UnknownCosts& error) {
      if (named.size() == 1) throw;
      fmt::print(stderr, "loopsteal: Left out: {}, since the costs {} do not have {}.\n", name,
                 command.costs, names_of(error.charges()));
    }
  }
  if (kept.empty())
    throw SpecError(fmt::format("The costs {} price none of these schedulers.", command.costs));
  return kept;
}

AdviceQuestion question_of(const AdviseCommand& command, const WorkloadCatalog& workloads) {
  const Costs costs = parse_costs(command.costs);
  return {.demand = Demand(command.workload, command.workers, workloads),
          .schedulers = schedulers_of(command, costs),
          .workers_max = command.max_workers,
          .rule = {},
          .simulation = {.objectives = objectives_of(command),
                         .costs = costs,
                         .seed = command.seed,
                         .threads = threads_or_cpus(command.threads),
                         .cpus = command.max_workers}};
}

std::string text_of(const Advice& advice, const AdviceQuestion& question,
                    const AdviseCommand& command, const std::string& command_line) {
  const AdviceTitle title{command.workload, command.workers};
  if (command.document.is_json()) {
    Json json{{"context", make_context({.executable = "loopsteal",
                                        .command = command_line,
                                        .seed = command.seed,
                                        .machine = "sim"},
                                       read_host_facts())}};
    json.update(to_json(advice, question, title));
    return json.dump(2) + "\n";
  }
  return render(advice, question, title, command.document.style(), command.document.colour());
}

int AdviseCommand::run(const Invocation& invocation) const {
  check(*this);
  const ProgressMode mode = progress_mode(progress);
  AdviceQuestion question = question_of(*this, invocation.workloads);
  const std::unique_ptr<Output> output = open_output(document.output);
  Interruption interruption([] {});
  question.simulation.stop = [&] { return interruption.requested(); };
  std::optional<Progress> shown;
  Advice advice;
  try {
    advice = advise(question, invocation.workloads,
                    [&](std::size_t done, std::size_t steps, std::string_view name) {
                      if (!shown) shown.emplace(mode, steps);
                      shown->show(done, name);
                    });
  } catch (const Stopped&) {
    return interruption.exit_status();
  }
  shown.reset();
  output->write(text_of(advice, question, *this, invocation.command_line));
  output->commit();
  return advice.check && advice.check->passed() ? kExitOk : kExitNegative;
}

}  // namespace

extern const Command advise_command = {
    .name = "advise",
    .summary = "Say which scheduler keeps objectives with the fewest workers.",
    .examples =
        "Examples:\n"
        "  loopsteal advise --workload requests:service=bimodal2,load=0.6 \\\n"
        "      --slo 'p99<=5ms' --slo 'mean<=200us'\n"
        "  loopsteal advise --workload requests:load=0.8 --workers 16 --slo 'p99<=1ms' \\\n"
        "      --costs costs.toml              the load of 16 workers, this machine's costs\n"
        "  loopsteal advise --workload trace.csv --slo 'p99<=30s' --format json\n"
        "  loopsteal advise --workload skynet:levels=4 --slo 'makespan<=1ms'\n"
        "\n"
        "Metrics: mean, p50, p90, p99, p99.9 (of sojourns), makespan, throughput>=N/s.\n"
        "Exit status 1: none will do, or the check at other seeds fails.\n",
    .declare = &declare<AdviseCommand>};

}  // namespace loopsteal
