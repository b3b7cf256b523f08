// `loopsteal sweep`: a grid of points is planned, measured, and merged into one results file, in
// three steps over plain files or in one.
#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/interruption.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/sweep/grid.hpp"
#include "bench/sweep/sweep_merge.hpp"
#include "bench/sweep/sweep_plan.hpp"
#include "bench/sweep/sweep_run.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kSteps = {"plan", "run", "merge"};
constexpr std::string_view kPlanFile = "plan.json";  // In the folder of a sweep.
constexpr std::string_view kAllShards = "1/1";

struct SweepCommand final : ParsedCommand {
  explicit SweepCommand(CLI::App& app) {
    // Required, or CLI11 would take the step "run" for the command of that name.
    add_argument(app, "step", words, "TEXT",
                 "plan GRID.toml, run PLAN.json, merge FOLDER, or GRID.toml for all of it",
                 Presence::required);
    add_value(app, "-o,--output", output, "FILE",
              "The plan; of run the folder of the rows; of merge and of all the results.");
    add_value(app, "--slo", slo, "STATISTIC<=DURATION",
              "plan, all: find the largest load that keeps it, as in 'p99<=10ms'.");
    add_value(app, "--shard", shard, "i/n", "run: every n-th point, from the i-th on.");
    add_value(app, "--threads", threads, "1..1024",
              "run, all: that measure side by side; by default one a CPU.");
    add_flag(app, "--partial", partial, "merge: what is there, if points are missing.");
    add_progress(app, progress, "run, all: how far it is, on standard error.");
  }
  /// Returns kExitPartial while points are missing or did not end, kExitNegative for a wrong answer
  /// or an objective that no load keeps.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  /// "plan GRID.toml", "run PLAN.json", "merge FOLDER", or "GRID.toml" for all of them.
  std::vector<std::string> words;
  std::string output;             ///< The plan, the folder, the results.
  std::string slo;                ///< "": as the grid says.
  std::string shard{kAllShards};  ///< run
  std::uint32_t threads = 0;      ///< 0: one for each CPU.
  bool partial = false;           ///< merge
  std::string progress = "auto";
};

std::string read_grid_text(const std::string& path) {
  TextFile file = read_text_file(path);
  if (!file.error.empty())
    throw UsageError(fmt::format("Cannot read the grid {}: {}.", path, file.error));
  return std::move(file.text);
}

std::string plan_file_in(const std::string& folder) {
  return (fs::path(folder) / kPlanFile).string();
}

void save(const SweepPlan& plan, const std::string& path, Writers writers) {
  const std::unique_ptr<Output> output = open_output(path, writers);
  write_plan(plan, *output);
  output->commit();
}

void warn(const std::string& sentence) { tell("{}", sentence); }

std::string points(std::size_t count) { return counted(count, "point"); }

// What the steps share.
class Sweep {
 public:
  Sweep(const SweepCommand& command, const Invocation& invocation)
      : command_(command), invocation_(invocation), workloads_(invocation.workloads) {}

  int plan(const std::string& grid) const {
    const SweepPlan plan = plan_of(grid);
    save(plan, command_.output.empty() ? "-" : command_.output, Writers::one);
    warn(fmt::format("{} planned.", points(plan.entries.size())));
    return kExitOk;
  }

  int run(const std::string& plan_path) const {
    if (command_.output.empty()) throw UsageError("Name the folder of the rows: -o FOLDER.");
    return measure(read_plan(plan_path, workloads_), command_.output);
  }

  int merge(const std::string& folder) const {
    return merge_plan(read_plan(plan_file_in(folder), workloads_), folder);
  }

  int all(const std::string& grid) const {
    if (command_.output.empty()) throw UsageError("Name the file of the results: -o FILE.json.");
    if (command_.output == "-") {
      throw UsageError("The rows of a sweep are kept in a folder beside its results: name a file.");
    }
    const std::string folder = command_.output + ".sweep";
    SweepPlan plan = plan_of(grid);
    // Another date would be the only difference.
    if (fs::exists(plan_file_in(folder))) {
      if (const auto before = plan_before(folder); before && same_points(*before, plan)) {
        plan.context = before->context;
      }
    }
    const int status = measure(plan, folder);
    return status == kExitOk ? merge_plan(plan, folder) : status;
  }

 private:
  SweepPlan plan_of(const std::string& grid) const {
    const HostFacts host = read_host_facts();
    GridReading reading{.workloads = workloads_,
                        .workers_carried = workers_it_carries(host),
                        .memory = available_memory()};
    if (!command_.slo.empty()) reading.slo = command_.slo;
    std::vector<PlannedPoint> planned = read_grid(read_grid_text(grid), grid, reading);
    const Json context = context_of(planned, host);
    SweepPlan plan = plan_sweep(std::move(planned), context, workloads_);
    if (!plan.forecast.empty()) warn(plan.forecast);
    return plan;
  }

  // A plan of another version, or one that cannot be read, is as good as none.
  std::optional<SweepPlan> plan_before(const std::string& folder) const {
    try {
      return read_plan(plan_file_in(folder), workloads_);
    } catch (const SpecError&) {
      return std::nullopt;
    } catch (const ResultsError&) {
      return std::nullopt;
    }
  }

  // Shards that start together keep the same plan: the first one writes it, and those that do not
  // see it yet write the same once more.
  void keep_plan(const SweepPlan& plan, const std::string& folder) const {
    const std::string path = plan_file_in(folder);
    if (fs::exists(path)) {
      const auto before = plan_before(folder);
      if (before && same_points(*before, plan) && before->context == plan.context) return;
    }
    save(plan, path, Writers::several);
  }

  Json context_of(const std::vector<PlannedPoint>& planned, const HostFacts& host) const {
    const auto is_virtual = [](const PlannedPoint& one) { return one.point.is_virtual(); };
    const bool any = std::ranges::any_of(planned, is_virtual);
    const bool all = std::ranges::all_of(planned, is_virtual);
    const std::uint64_t seed = planned.empty() ? 0 : planned.front().point.seed;
    Json context = make_context({.executable = invocation_.executable,
                                 .command = invocation_.command_line,
                                 .seed = seed,
                                 .machine = all   ? "sim"
                                            : any ? "sim and threads"
                                                  : "threads"},
                                host);
    if (!all) context["time"] = "real";  // Each row says for itself which machine it ran on.
    return context;
  }

  unsigned threads() const { return threads_or_cpus(command_.threads); }

  int measure(const SweepPlan& plan, const std::string& folder) const {
    std::vector<PlannedPoint> planned;
    for (const SweepPlan::Entry& entry : plan.entries) planned.push_back(entry.planned);
    SweepRun run(plan, workloads_,
                 {.folder = folder,
                  .shard = parse_shard(command_.shard),
                  .threads = threads(),
                  .progress = progress_mode(command_.progress),
                  .context = context_of(planned, read_host_facts())});
    keep_plan(plan, folder);  // Now the shard is ours: a second writer of it has changed nothing.
    warn(fmt::format("{} to be measured, {} there already, {}", points(run.left()),
                     run.there_already(), counted(threads(), "thread")));
    Interruption interruption([&run] { run.close(); });
    run.run([&interruption] { return interruption.requested(); });
    run.close();
    return interruption.requested() ? interruption.exit_status() : static_cast<int>(kExitOk);
  }

  int merge_plan(const SweepPlan& plan, const std::string& folder) const {
    const MergedSweep merged = loopsteal::merge(plan, read_shards(folder));
    if (merged.strange > 0) {
      warn(fmt::format("{} in {} are not in this plan and were left out.", points(merged.strange),
                       folder));
    }
    if (merged.missing > 0) {
      warn(fmt::format("{} of {} are missing.{}", merged.missing, points(plan.entries.size()),
                       command_.partial
                           ? ""
                           : fmt::format(" `loopsteal sweep run {} -o {}` measures them; --partial "
                                         "merges what is there.",
                                         plan_file_in(folder), folder)));
      if (!command_.partial) return kExitPartial;
    }
    const std::unique_ptr<Output> output =
        open_output(command_.output.empty() ? "-" : command_.output);
    write_merged(merged, *output);
    output->commit();
    return status_of(merged);
  }

  static int status_of(const MergedSweep& merged) {
    if (merged.unmet > 0) {
      warn(fmt::format("In {} no load between the bounds kept the objective.",
                       points(merged.unmet)));
    }
    if (merged.wrong > 0) warn(fmt::format("{} gave a wrong answer.", points(merged.wrong)));
    if (merged.failed > 0) warn(fmt::format("{} failed.", points(merged.failed)));
    if (merged.wrong > 0 || merged.unmet > 0) return kExitNegative;
    return merged.failed > 0 || merged.missing > 0 ? kExitPartial : kExitOk;
  }

  const SweepCommand& command_;
  const Invocation& invocation_;
  const WorkloadCatalog& workloads_;
};

// Options that mean nothing to a step would only be taken for something.
void check_options(const SweepCommand& command, std::string_view step) {
  const auto refuse = [&](bool given, std::string_view option, std::string_view steps) {
    if (!given || steps.find(step.empty() ? "all" : step) != std::string_view::npos) return;
    throw UsageError(fmt::format("{} means nothing to `loopsteal sweep{}{}`.", option,
                                 step.empty() ? "" : " ", step));
  };
  refuse(!command.slo.empty(), "--slo", "plan, all");
  refuse(command.shard != kAllShards, "--shard", "run");
  refuse(command.threads != 0, "--threads", "run, all");
  refuse(command.partial, "--partial", "merge");
  check_threads(command.threads);
}

int SweepCommand::run(const Invocation& invocation) const {
  const Sweep sweep(*this, invocation);
  if (words.size() == 1 && std::ranges::find(kSteps, words.front()) == kSteps.end()) {
    check_options(*this, "");
    return sweep.all(words.front());
  }
  if (words.size() != 2) {
    throw UsageError(
        "Write loopsteal sweep plan GRID.toml, run PLAN.json, merge FOLDER, or just GRID.toml for "
        "all of them. loopsteal sweep --help shows how.");
  }
  check_options(*this, words.front());
  if (words.front() == "plan") return sweep.plan(words.back());
  if (words.front() == "run") return sweep.run(words.back());
  if (words.front() == "merge") return sweep.merge(words.back());
  throw UsageError(fmt::format("loopsteal sweep has no step \"{}\".{}", words.front(),
                               did_you_mean(words.front(), kSteps)));
}

}  // namespace

extern const Command sweep_command = {
    .name = "sweep",
    .summary = "Measure a grid of points: plan it, run it in shards, merge it.",
    .examples =
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
        "words go on from there.\n",
    .declare = &declare<SweepCommand>,
    .arguments = [] { return std::vector<std::string>(kSteps.begin(), kSteps.end()); }};

}  // namespace loopsteal
