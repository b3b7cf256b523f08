#include "bench/calibrate/own_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "bench/calibrate/isolated.hpp"
#include "bench/calibrate/lateness.hpp"
#include "bench/calibrate/operation_counts.hpp"
#include "bench/calibrate/solution.hpp"
#include "bench/calibrate/task_work.hpp"
#include "bench/measure/own_process.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/statistics.hpp"
#include "sched/machine/threads/burn.hpp"

namespace loopsteal {
namespace {

// Whose work of tasks stands for all schedulers that have none of their own.
constexpr std::string_view kDepthFirst = "work_stealing";
constexpr std::uint32_t kIsolatedTimes = 200'000;
constexpr std::uint32_t kLateTimes = 40;

std::vector<Probe> all_probes(double scale) {
  const auto times = [scale](double size) {
    return static_cast<std::uint32_t>(std::max(4.0, size * scale));
  };
  std::vector<Probe> probes;
  for (const std::string_view family : kFamilies) {
    const std::string name(family);
    probes.push_back({ProbeKind::yields, name, 1, times(500)});
    probes.push_back({ProbeKind::spawns, name, 1, times(3'000)});
    probes.push_back({ProbeKind::chain, name, 1, times(50'000)});
    probes.push_back({ProbeKind::time_outs, name, 1, times(500)});
    probes.push_back({ProbeKind::sleeps, name, 1, times(500)});
  }
  probes.push_back({ProbeKind::lone_yields, "event_loop", 1, times(50'000)});
  probes.push_back({ProbeKind::polls, "event_loop", 1, times(4'000)});
  probes.push_back({ProbeKind::many_spawns, "work_stealing", 1, times(10'000)});
  probes.push_back({ProbeKind::handovers, "sharded_loops", 2, times(1'000)});
  // In the last two, queues hold them all, so that whoever has nothing has to steal.
  constexpr std::string_view kMoving[] = {"sharded_loops", "shared_queue", "work_stealing",
                                          "work_stealing:queue_capacity=32768",
                                          "work_stealing:queue_capacity=32768,steal=one"};
  for (const WorkerId workers : {1u, 2u})
    for (const std::string_view spec : kMoving)
      probes.push_back({ProbeKind::small_pieces, std::string(spec), workers, times(20'000)});
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
    for (const std::string_view family : kFamilies) write_family(file, family);
    write_works(file);
    return file;
  }

 private:
  void measure_alone() {
    locks_.push_back(time_of_free_lock(kIsolatedTimes));
    looks_.push_back(time_of_vain_look(kIsolatedTimes));
    const auto take = [this](Lateness lateness, std::string_view family, std::string_view spec) {
      const auto measured = [&] {
        return std::vector{lateness_on_threads(lateness, spec, kLateTimes)};
      };
      late_[lateness][std::string(family)].push_back(in_own_process(measured).front());
    };
    clients_.push_back(
        in_own_process([] { return std::vector{cpu_of_a_request(kLateTimes)}; }).front());
    take(Lateness::of_handovers, "event_loop", "sharded_loops");
    take(Lateness::of_handovers, "work_stealing", "work_stealing");
    for (const std::string_view family : kFamilies) {
      take(Lateness::of_requests, family, family);
      take(Lateness::of_sleeps, family, family);
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
    if (entry == "wake_up") {
      return family == "event_loop" ? "handovers to an event loop that sleeps"
                                    : "handovers to a worker of work_stealing that sleeps";
    }
    if (entry == "poll" || entry == "run") family = "event_loop";
    if (entry == "steal_operation" || entry == "stolen_job")
      return "time awake in runs of small pieces on work_stealing, 2 workers against 1";
    return fmt::format("least squares over runs of one {} worker", family);
  }

  // For whoever has no table of his own: the middle of those who have.
  void write_common(CostsFile& file) const {
    for (std::size_t j = 0; j < cost_entries().size(); ++j) {
      std::vector<std::pair<Duration, std::string_view>> values;
      for (const std::string_view family : kFamilies)
        if (shown(family, j)) values.emplace_back(cost(family, j).value, family);
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
      file.tables.push_back({scheduler == kDepthFirst ? "work" : "work." + scheduler,
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
