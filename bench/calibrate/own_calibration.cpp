#include "bench/calibrate/own_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "bench/calibrate/cost_family.hpp"
#include "bench/calibrate/isolated.hpp"
#include "bench/calibrate/lateness.hpp"
#include "bench/calibrate/operation_counts.hpp"
#include "bench/calibrate/solution.hpp"
#include "bench/calibrate/task_work.hpp"
#include "bench/measure/own_process.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/statistics/quantile.hpp"
#include "sched/catalog.hpp"
#include "sched/machine/threads/burn.hpp"

namespace loopsteal {
namespace {

constexpr std::uint32_t kIsolatedTimes = 200'000;
constexpr std::uint32_t kLateTimes = 40;

std::vector<std::string> specs_of_small_pieces() {
  std::vector<std::string> specs;
  for (const CostFamily& family : cost_families()) {
    specs.emplace_back(family.several);
    for (const std::string_view settings : family.stealing_probes)
      specs.push_back(spec_with(family.several, settings));
  }
  return specs;
}

// Whether the work of tasks under this scheduler stands for all that have no table of their own: a
// task that runs right after its parent finds its data in caches.
bool stands_for_all(std::string_view scheduler) {
  const auto all = cost_families();
  const auto first = std::ranges::find(all, true, &CostFamily::depth_first);
  return first != all.end() && first->alone == scheduler;
}

std::vector<Probe> all_probes(double scale) {
  const auto times = [scale](double size) {
    return static_cast<std::uint32_t>(std::max(4.0, size * scale));
  };
  std::vector<Probe> probes;
  for (const CostFamily& family : cost_families()) {
    const std::string name(family.alone);
    probes.push_back({ProbeKind::yields, name, 1, times(500)});
    probes.push_back({ProbeKind::spawns, name, 1, times(3'000)});
    probes.push_back({ProbeKind::chain, name, 1, times(50'000)});
    probes.push_back({ProbeKind::time_outs, name, 1, times(500)});
    probes.push_back({ProbeKind::sleeps, name, 1, times(500)});
  }
  const CostFamily& loops = family_of_loops();
  probes.push_back({ProbeKind::lone_yields, std::string(loops.alone), 1, times(50'000)});
  probes.push_back({ProbeKind::polls, std::string(loops.alone), 1, times(4'000)});
  for (const CostFamily& family : cost_families())
    if (family.charges_for(Op::overflow))
      probes.push_back({ProbeKind::many_spawns, std::string(family.alone), 1, times(10'000)});
  probes.push_back({ProbeKind::handovers, std::string(loops.several), 2, times(1'000)});
  for (const WorkerId workers : {1u, 2u})
    for (const std::string& spec : specs_of_small_pieces())
      probes.push_back({ProbeKind::small_pieces, spec, workers, times(20'000)});
  return probes;
}

double awake_ns(const Measurement& run) {
  Duration sum{};
  for (const WorkerStats& worker : run.workers) sum += worker.busy + worker.searching;
  return static_cast<double>(sum.count());
}

std::pair<double, double> quartiles(const std::vector<double>& values) {
  const auto tenth = [](double ns) { return std::round(ns * 10) / 10; };
  return {tenth(interpolated_quantile(values, 0.25)), tenth(interpolated_quantile(values, 0.75))};
}

/// Measures first, and solves afterwards.
class OwnCalibration final : public Calibration {
 public:
  OwnCalibration(const WorkloadCatalog& workloads, double scale)
      : workloads_(workloads), works_(task_work_probes(workloads)) {
    for (const Probe& probe : all_probes(scale)) runs_.push_back({probe, {}, {}, {}});
    work_times_.resize(works_.size());
    calibrate_burn();  // Here, as what a process finds out is lost with it.
  }

  /// The last one is what is measured without a probe.
  [[nodiscard]] std::size_t programs() const noexcept override {
    return runs_.size() + works_.size() + 1;
  }

  [[nodiscard]] std::string name(std::size_t program) const override {
    if (program < runs_.size()) return runs_[program].probe.name();
    program -= runs_.size();
    return program < works_.size() ? works_[program].name() : "locks, looks and lateness";
  }

  void run(std::size_t program) override {
    if (program < runs_.size()) {
      take(runs_[program]);
    } else if (program - runs_.size() < works_.size()) {
      take_work(program - runs_.size());
    } else {
      measure_alone();
    }
  }

  CostsFile costs(CostsFile file) override {
    solve_all();
    write_common(file);
    file.tables.push_back(
        {"", "park", {.origin = "in unpark: a handover has one of either, and both are billed"}});
    for (const CostFamily& family : cost_families()) write_family(file, family.name);
    write_works(file);
    return file;
  }

 private:
  void measure_alone() {
    locks_.push_back(time_of_free_lock(kIsolatedTimes));
    looks_.push_back(time_of_vain_look(kIsolatedTimes));
    const auto take = [this](Lateness lateness, const CostFamily& family, std::string_view spec) {
      const auto measured = [&] {
        return std::vector{lateness_on_threads(lateness, spec, kLateTimes)};
      };
      late_[lateness][std::string(family.name)].push_back(in_own_process(measured).front());
    };
    clients_.push_back(
        in_own_process([] { return std::vector{cpu_of_a_request(kLateTimes)}; }).front());
    for (const CostFamily& family : cost_families())
      if (family.sleeps_by_itself()) take(Lateness::of_handovers, family, family.several);
    for (const CostFamily& family : cost_families()) {
      take(Lateness::of_requests, family, family.alone);
      take(Lateness::of_sleeps, family, family.alone);
    }
  }

  // In a process of its own, and the fastest of several.
  void take(ProbeRuns& runs) {
    const Probe& probe = runs.probe;
    const bool alone = probe.workers == 1;
    if (alone && runs.counts.empty())
      runs.counts.push_back(in_own_process([&] { return counts_in_virtual_time(probe); }));
    std::vector<double> taken = in_own_process([&] {
      const auto results = warmed_up([&] { return probed(probe, run_on_threads(probe)); });
      return *std::ranges::min_element(results);  // Its makespan comes first.
    });
    runs.makespans.push_back(taken[0]);
    runs.awake.push_back(taken[1]);
    // With two workers no two runs are alike.
    if (!alone) runs.counts.emplace_back(taken.begin() + 2, taken.end());
  }

  // Makespan, time awake, and how often it did what.
  static std::vector<double> probed(const Probe& probe, const Measurement& run) {
    // Each push from elsewhere and each look into an inbox takes a lock.
    const double locks = probe.kind == ProbeKind::handovers
                             ? static_cast<double>(2 * run.total(Op::push_remote))
                             : 0;
    std::vector<double> values = {
        static_cast<double>(std::max<std::int64_t>(run.makespan.count(), 1)), awake_ns(run)};
    const std::vector<double> counts = counts_of(probe, run, locks);
    values.insert(values.end(), counts.begin(), counts.end());
    return values;
  }

  void take_work(std::size_t i) {
    const Point& point = works_[i].point;
    const auto makespan = [&] {
      const RunOutcome outcome = run_once(point, workloads_.named(point.workload.name), nullptr);
      return static_cast<double>(outcome.measurement.makespan.count());
    };
    work_times_[i].push_back(std::ranges::min(in_own_process([&] { return warmed_up(makespan); })));
  }

  void solve_all() {
    const auto middle = [](const std::vector<double>& values) { return median(values); };
    answer_ = solve(runs_, kMedians, alone(middle), true);
    each_.clear();
    for (std::size_t r = 0; r < locks_.size(); ++r) {
      const auto one = [r](const std::vector<double>& values) { return values[r]; };
      each_.push_back(solve(runs_, r, alone(one), false));
    }
  }

  // One value of each series.
  template <class Choose>
  [[nodiscard]] MeasuredAlone alone(const Choose& choose) const {
    MeasuredAlone result{
        .lock = choose(locks_), .look = choose(looks_), .client = choose(clients_)};
    for (const auto& [lateness, families] : late_)
      for (const auto& [family, values] : families)
        result.late[lateness].emplace(family, choose(values));
    return result;
  }

  [[nodiscard]] std::pair<double, double> spread(std::string_view family, std::size_t j) const {
    std::vector<double> values;
    for (const Solution& solution : each_) values.push_back(solution.ns.find(family)->second[j]);
    return quartiles(values);
  }

  [[nodiscard]] bool shown(std::string_view family, std::size_t j) const {
    return answer_.shown.find(family)->second[j];
  }

  [[nodiscard]] MeasuredCost cost(std::string_view family, std::size_t j) const {
    return {.value = Duration(std::llround(answer_.ns.find(family)->second[j])),
            .spread_ns = spread(family, j),
            .origin = origin(family, entry_of_unknown(j))};
  }

  [[nodiscard]] std::string origin(std::string_view family, std::string_view entry) const {
    if (entry == "lock") return "alone: a std::mutex that nobody else wants";
    if (entry == "steal_attempt") return "alone: looks into an empty run queue";
    if (entry == "client") return "CPU time of the clients' thread, for each request";
    if (entry == "client_late") return "requests that find a worker asleep, less wake_up";
    if (entry == "timer_wake_up") return "sleeps until a deadline, from it to the next step";
    if (entry == "moved") return "time awake in runs of small pieces, 2 workers against 1";
    if (entry == "unpark") return "time awake in handovers between two event loops";
    if (entry == "nap") return "makespan of handovers between two event loops";
    const CostFamily& own = family_named(family);
    if (entry == "wake_up") {
      if (own.shares_nothing) return "handovers to an event loop that sleeps";
      return fmt::format("handovers to a worker of {} that sleeps", own.sleeps_as);
    }
    if (entry == "poll" || entry == "run") family = family_of_loops().name;
    if (entry == "steal_operation" || entry == "stolen_job")
      return fmt::format("time awake in runs of small pieces on {}, 2 workers against 1",
                         own.several);
    return fmt::format("least squares over runs of one {} worker", family);
  }

  // For whoever has no table of his own: the middle of those who have.
  void write_common(CostsFile& file) const {
    for (std::size_t j = 0; j < cost_entries().size(); ++j) {
      std::vector<std::pair<Duration, std::string_view>> values;
      for (const CostFamily& family : cost_families())
        if (shown(family.name, j)) values.emplace_back(cost(family.name, j).value, family.name);
      if (values.empty()) continue;
      std::ranges::sort(values);
      const std::string_view middle = values[(values.size() - 1) / 2].second;
      file.tables.push_back({"", std::string(entry_of_unknown(j)), cost(middle, j)});
    }
  }

  void write_family(CostsFile& file, std::string_view family) const {
    for (std::size_t j = 0; j < cost_entries().size(); ++j) {
      if (!shown(family, j)) continue;
      const MeasuredCost own = cost(family, j);
      const std::string name(entry_of_unknown(j));
      if (file.find("", name)->value == own.value) continue;
      file.tables.push_back({std::string(family), name, own});
    }
  }

  void write_works(CostsFile& file) const {
    const Costs costs = costs_of(file, "");
    for (std::size_t i = 0; i < works_.size(); ++i) {
      const auto work_at = [&](double ns) {
        return task_work_for(works_[i], costs, Duration(std::llround(ns)), workloads_);
      };
      const auto [low, high] = quartiles(work_times_[i]);
      const Duration work = work_at(median(work_times_[i]));
      const std::string& scheduler = works_[i].point.scheduler.name;
      file.tables.push_back({stands_for_all(scheduler) ? "work" : "work." + scheduler,
                             works_[i].point.workload.name,
                             {.value = work,
                              .spread_ns = std::pair(static_cast<double>(work_at(low).count()),
                                                     static_cast<double>(work_at(high).count())),
                              .origin = fmt::format("{}: {}", works_[i].knob, works_[i].name())}});
    }
  }

  const WorkloadCatalog& workloads_;
  std::vector<ProbeRuns> runs_;
  const std::vector<TaskWorkProbe> works_;
  std::vector<std::vector<double>> work_times_;
  std::vector<double> locks_;
  std::vector<double> looks_;
  std::vector<double> clients_;
  std::map<Lateness, std::map<std::string, std::vector<double>>> late_;
  Solution answer_;
  std::vector<Solution> each_;
};

}  // namespace

std::unique_ptr<Calibration> own_calibration(const WorkloadCatalog& workloads, double scale) {
  return std::make_unique<OwnCalibration>(workloads, scale);
}

}  // namespace loopsteal
