#include "bench/questions/laboratory.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "bench/measure/campaign.hpp"
#include "bench/measure/costs.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/theory_beside.hpp"
#include "bench/questions/metrics.hpp"
#include "sched/catalog.hpp"
#include "workloads/catalog.hpp"
#include "workloads/script/run.hpp"

namespace loopsteal::questions {
namespace {

std::string name_of(const Trial& trial) { return fmt::format("{} at {:g}", trial.series, trial.x); }

Point point_of(const Trial& trial, const WorkloadCatalog& workloads) {
  Point point;
  point.scheduler = parse_spec(trial.scheduler);
  point.workload = parse_spec(trial.workload);
  point.machine = trial.machine;
  point.workers = trial.workers;
  point.costs = parse_costs(trial.costs).for_scheduler(point.scheduler.name);
  point.shuffle_ties = trial.shuffle_ties;
  return checked(point, workloads);
}

// What one repetition gives.
struct Piece {
  std::vector<double> values;  // As the metrics are named.
  std::uint64_t hash = 0;
  std::string trace;
};

// One trial, made ready to be run.
class Bench {
 public:
  Bench(Trial trial, const WorkloadCatalog& workloads) : trial_(std::move(trial)) {
    if (trial_.workload.empty()) {
      program_ = script::parse_program(trial_.program, trial_.series);
      return;
    }
    point_ = point_of(trial_, workloads);
    state_ = steady_state_of(point_, workloads.named(point_.workload.name));
  }

  [[nodiscard]] const Trial& trial() const { return trial_; }

  [[nodiscard]] Piece run(std::uint64_t seed, std::span<const std::string_view> metrics) const {
    return program_ ? run_program(seed) : run_workload(seed, metrics);
  }

  // What theory says goes beside what was measured.
  void add_theory(Result& result) const {
    if (!state_) return;
    const std::optional<theory::Prediction> prediction = theory_of(point_, state_->loop);
    if (!prediction) return;
    result.theory = prediction->name;
    result.theory_exact = prediction->exact;
    const auto add = [&](const char* name, const std::optional<double>& value) {
      if (value && std::isfinite(*value)) result.values[name] = {*value};
    };
    add("theory_sojourn_mean", prediction->sojourn_mean);
    add("theory_wait_mean", prediction->wait_mean);
    add("theory_sojourn_p50", prediction->sojourn_p50);
    add("theory_sojourn_p99", prediction->sojourn_p99);
  }

 private:
  [[nodiscard]] Piece run_workload(std::uint64_t seed,
                                   std::span<const std::string_view> metrics) const {
    Point point = point_;
    point.seed = seed;
    const RunOutcome outcome = run_once(point, workload_named(point.workload.name), nullptr);
    if (!outcome.result.answer_ok) {
      throw LaboratoryError(fmt::format("{} on {} with seed {}: the answer {} is wrong.",
                                        trial_.workload, trial_.scheduler, seed,
                                        outcome.result.answer));
    }
    const std::span<const RequestSample> samples = outcome.result.samples;
    const std::uint64_t deleted = state_ ? warm_up_of(point, *state_, samples.size()) : 0;
    const MeasuredRun run{outcome, samples.subspan(deleted)};
    Piece piece;
    for (const std::string_view name : metrics) piece.values.push_back(metric_named(name).of(run));
    if (outcome.measurement.virtual_account)
      piece.hash = outcome.measurement.virtual_account->trace_hash;
    return piece;
  }

  [[nodiscard]] Piece run_program(std::uint64_t seed) const {
    const Spec spec = parse_spec(trial_.scheduler);
    const Costs costs = parse_costs(trial_.costs).for_scheduler(spec.name);
    const std::unique_ptr<Scheduler> scheduler =
        make_scheduler(spec, {.machine = trial_.machine,
                              .workers = trial_.workers,
                              .seed = seed,
                              .sim = {.costs = costs.model, .shuffle_ties = trial_.shuffle_ties}});
    Piece piece;
    script::Trace trace([&](std::string_view line) { piece.trace += line; });
    const script::WorldOptions options{
        .words = trial_.words == "tokio-1.24" ? script::Words::tokio_1_24 : script::Words::asyncio};
    const auto misuse = with_explained_costs(
        spec, costs, [&] { return script::run_program(*program_, *scheduler, options, trace); });
    if (misuse) throw LaboratoryError(fmt::format("{}: {}", name_of(trial_), misuse->sentence));
    return piece;
  }

  Trial trial_;
  Point point_;
  std::optional<SteadyState> state_;
  std::optional<script::Program> program_;
};

// What is under way: the benches, and a place for each run.
class Measuring {
 public:
  Measuring(std::span<const Trial> trials, std::span<const std::string_view> metrics,
            const LaboratoryOptions& options)
      : metrics_(metrics), options_(options) {
    const WorkloadCatalog workloads = built_in_workloads();
    for (const Trial& trial : trials) {
      benches_.emplace_back(trial, workloads);
      pieces_.emplace_back(trial.repetitions);
    }
  }

  void run_virtual() {
    std::vector<Turn> turns;
    for (std::size_t i = 0; i < benches_.size(); ++i) {
      if (!benches_[i].trial().is_virtual()) continue;
      for (std::uint32_t k = 0; k < benches_[i].trial().repetitions; ++k) turns.push_back({i, k});
    }
    tbb::task_arena arena(static_cast<int>(options_.threads));
    arena.execute([&] {
      tbb::parallel_for(
          std::size_t{0}, turns.size(), [&](std::size_t i) { take(turns[i]); },
          tbb::simple_partitioner());
    });
    if (stopped_) throw Stopped();
  }

  void run_on_threads() {
    std::vector<std::size_t> real;
    std::uint32_t repetitions = 0;
    for (std::size_t i = 0; i < benches_.size(); ++i) {
      const Trial& trial = benches_[i].trial();
      if (trial.is_virtual()) continue;
      check_cpus(trial);
      real.push_back(i);
      repetitions = std::max(repetitions, trial.repetitions);
    }
    if (real.empty()) return;
    // Pays for pages and libraries that are touched for the first time; counts nowhere.
    static_cast<void>(benches_[real.front()].run(options_.seed, metrics_));
    for (const Turn& turn :
         order_of_turns(real.size(), {.repetitions = repetitions, .seed = options_.seed})) {
      const std::size_t bench = real[turn.point];
      if (turn.repetition < benches_[bench].trial().repetitions) take({bench, turn.repetition});
    }
    if (stopped_) throw Stopped();
  }

  [[nodiscard]] Evidence evidence() {
    std::vector<Result> results;
    for (std::size_t i = 0; i < benches_.size(); ++i) {
      Result result{.trial = benches_[i].trial(), .seed = options_.seed};
      for (Piece& piece : pieces_[i]) {
        for (std::size_t m = 0; m < piece.values.size(); ++m)
          result.values[std::string(metrics_[m])].push_back(piece.values[m]);
        if (result.trial.is_virtual() && result.trial.program.empty())
          result.hashes.push_back(piece.hash);
      }
      if (!pieces_[i].empty()) result.trace = std::move(pieces_[i].front().trace);
      benches_[i].add_theory(result);
      results.push_back(std::move(result));
    }
    return Evidence(std::move(results));
  }

 private:
  void check_cpus(const Trial& trial) const {
    if (trial.workers <= options_.cpus) return;
    throw TooFewCpus(fmt::format(
        "{} needs {} CPUs, and this machine carries {}: on fewer it would measure how the "
        "kernel shares them.",
        name_of(trial), trial.workers, counted(options_.cpus, "worker")));
  }

  void take(const Turn& turn) {
    if (stopped_ || (options_.stop && options_.stop())) {
      stopped_ = true;
      return;
    }
    const Bench& bench = benches_[turn.point];
    pieces_[turn.point][turn.repetition] = bench.run(options_.seed + turn.repetition, metrics_);
    const std::lock_guard lock(mutex_);
    ++done_;
    if (options_.progress) options_.progress(done_, name_of(bench.trial()));
  }

  std::span<const std::string_view> metrics_;
  const LaboratoryOptions& options_;
  std::vector<Bench> benches_;
  std::vector<std::vector<Piece>> pieces_;  // By trial, by repetition.
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;  // Guards what follows.
  std::size_t done_ = 0;
};

}  // namespace

std::size_t runs_of(std::span<const Trial> trials) {
  std::size_t runs = 0;
  for (const Trial& trial : trials) runs += trial.repetitions;
  return runs;
}

Evidence measure(std::span<const Trial> trials, std::span<const std::string_view> metrics,
                 const LaboratoryOptions& options) {
  Measuring measuring(trials, metrics, options);
  measuring.run_virtual();
  measuring.run_on_threads();
  return measuring.evidence();
}

}  // namespace loopsteal::questions
