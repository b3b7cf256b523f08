#include "bench/cli/advise_command.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "bench/advise/advice_report.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/measure_commands.hpp"
#include "bench/cli/progress_mode.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/progress.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr std::array<std::string_view, 3> kFormats = {"table", "md", "json"};
constexpr std::uint32_t kThreadsMax = 1'024;  // As `run` has it.
constexpr std::uint32_t kWorkersMax = 65'535;

void check_number(std::string_view option, std::uint32_t value, std::uint32_t high) {
  if (value >= 1 && value <= high) return;
  throw UsageError(fmt::format("{}: {} is out of range: 1..{} is allowed.", option, value, high));
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
  check_number("--workers", command.workers, kWorkersMax);
  check_number("--max-workers", command.max_workers, kWorkersMax);
  if (command.threads != 0) check_number("--threads", command.threads, kThreadsMax);
  if (std::ranges::find(kFormats, command.format) == kFormats.end()) {
    throw UsageError(fmt::format("There is no format \"{}\" of an advice.{}", command.format,
                                 did_you_mean(command.format, kFormats)));
  }
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
  const unsigned cpus = std::max(1u, std::thread::hardware_concurrency());
  const Costs costs = parse_costs(command.costs);
  return {.demand = Demand(command.workload, command.workers, workloads),
          .schedulers = schedulers_of(command, costs),
          .workers_max = command.max_workers,
          .rule = {},
          .simulation = {.objectives = objectives_of(command),
                         .costs = costs,
                         .seed = command.seed,
                         .threads = command.threads == 0 ? cpus : command.threads,
                         .cpus = command.max_workers}};
}

std::string text_of(const Advice& advice, const AdviceQuestion& question,
                    const AdviseCommand& command, const std::string& command_line) {
  const AdviceTitle title{command.workload, command.workers};
  if (command.format == "json") {
    Json json{{"context", make_context({.executable = "loopsteal",
                                        .command = command_line,
                                        .seed = command.seed,
                                        .machine = "sim"},
                                       read_host_facts())}};
    json.update(to_json(advice, question, title));
    return json.dump(2) + "\n";
  }
  const bool plain = command.format == "table";
  const bool colour =
      plain && command.output == "-" && wants_colour(ColourMode::automatic, STDOUT_FILENO);
  return render(advice, question, title, plain ? TableStyle::text : TableStyle::markdown, colour);
}

}  // namespace

int advise_command(const AdviseCommand& command, const WorkloadCatalog& workloads,
                   const std::string& command_line) {
  check(command);
  const ProgressMode mode = progress_mode(command.progress);
  AdviceQuestion question = question_of(command, workloads);
  const std::unique_ptr<Output> output = open_output(command.output);
  Interruption interruption([] {});
  question.simulation.stop = [&] { return interruption.requested(); };
  std::optional<Progress> progress;
  Advice advice;
  try {
    advice = advise(question, workloads,
                    [&](std::size_t done, std::size_t steps, std::string_view name) {
                      if (!progress) progress.emplace(mode, steps);
                      progress->show(done, name);
                    });
  } catch (const Stopped&) {
    return interruption.exit_status();
  }
  progress.reset();
  output->write(text_of(advice, question, command, command_line));
  output->commit();
  return advice.check && advice.check->passed() ? kExitOk : kExitNegative;
}

}  // namespace loopsteal
