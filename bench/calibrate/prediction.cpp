#include "bench/calibrate/prediction.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/calibrate/task_work.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/statistics/quantile.hpp"
#include "sched/catalog.hpp"
#include "sched/core/config/knobs.hpp"

namespace loopsteal {
namespace {

struct CellRow {
  std::string_view scheduler;
  std::string_view workload;
  std::uint32_t workers;
};

constexpr CellRow kCells[] = {
    {"event_loop", "requests:load=0.3,mean=200us,count=500", 1},
    {"event_loop", "requests:load=0.7,service=bimodal1,mean=100us,count=1500", 1},
    {"sharded_loops", "requests:load=0.6,service=det,mean=200us,count=1500", 2},
    {"shared_queue", "requests:load=0.8,mean=100us,count=3000", 2},
    {"work_stealing", "requests:load=0.7,mean=200us,count=1500", 2},
    {"work_stealing", "requests:load=0.5,service=lognormal,mean=500us,count=600", 2},
    {"work_stealing", "hot_shard:jobs=3000", 2},
    {"sharded_loops", "hot_shard:jobs=3000", 2},
    {"event_loop", "pipeline:items=20000", 1},
    {"work_stealing", "pipeline:items=20000", 2},
    {"shared_queue", "pipeline:items=20000", 2},
    {"work_stealing", "fan_out:tasks=50000", 1},
    {"work_stealing", "fan_out:tasks=20000,work=5us", 2},
    {"shared_queue", "fan_out:tasks=50000", 2},
    {"sharded_loops", "fan_out:tasks=20000,work=5us", 2},
    {"sharded_loops", "pipeline:items=20000", 2},
    {"work_stealing", "uts:tree=small,work=2us", 2},
    {"sharded_loops", "uts:tree=small,work=2us", 2},
    {"shared_queue", "uts:tree=small,work=2us", 2},
    {"event_loop", "uts:tree=small,work=2us", 1},
    {"work_stealing", "bursts", 2},
    {"event_loop", "fork_join:n=16", 1},
    {"work_stealing", "fork_join:n=24", 2},
    {"shared_queue", "fork_join:n=20", 1},
    {"event_loop", "uts:tree=T1,depth=8,leaves=inlined", 1},
    {"work_stealing", "uts:tree=T1,depth=8,leaves=inlined", 2},
    {"sharded_loops", "uts:tree=T1,depth=8,leaves=inlined", 2},
    {"shared_queue", "skynet:levels=3", 1},
    {"work_stealing", "skynet:levels=5", 2},
    {"shared_queue", "yield_many:yields=1000", 1},
    {"event_loop", "yield_many:yields=1000", 1},
    {"sharded_loops", "yield_many:yields=1000", 2},
    {"work_stealing", "yield_many:yields=1000", 2},
    {"event_loop", "ping_pong:rounds=50", 1},
    {"work_stealing", "ping_pong:rounds=50", 2},
    {"shared_queue", "spawn_many_local:rounds=5", 1},
    {"work_stealing", "spawn_many_local:rounds=5", 2},
    {"sharded_loops", "ping_pong:rounds=50", 2},
    {"event_loop", "timers:timers=20000,spread=100ms", 1},
    {"work_stealing", "timers:timers=20000,spread=100ms", 2}};

// For a scheduler without a row above, such as a new one: on one worker, then on two if it can.
constexpr std::string_view kForAny[] = {"requests:load=0.6,mean=200us,count=1500",
                                        "pipeline:items=20000", "fan_out:tasks=20000,work=5us",
                                        "yield_many:yields=1000"};

std::vector<CellRow> rows_of_cells() {
  std::vector<CellRow> rows(std::begin(kCells), std::end(kCells));
  for (const SchedulerInfo& info : schedulers()) {
    const bool has_rows =
        std::ranges::find(kCells, info.name, &CellRow::scheduler) != std::end(kCells);
    if (has_rows || info.foreign || info.role == Role::model || info.cost_family.empty()) continue;
    for (const std::uint32_t workers : {1u, 2u})
      for (const std::string_view workload : kForAny)
        if (workers == 1 || !info.one_worker) rows.push_back({info.name, workload, workers});
  }
  return rows;
}

bool is_by_arrivals(std::string_view workload) {
  return workload == "requests" || workload == "timers" || workload == "bursts";
}

std::optional<double> quantile(std::span<const RequestSample> samples, double q) {
  if (samples.empty()) return std::nullopt;
  std::vector<double> sojourns = values_of(samples, &RequestSample::sojourn);
  return quantile_of(sojourns, q);
}

RunFigures run(const Point& point, const std::string& name, const WorkloadCatalog& workloads) {
  return figures_of(run_once(point, workloads.named(point.workload.name), nullptr), name);
}

}  // namespace

std::string PredictionCell::name() const {
  return fmt::format("{} on {}, {}", to_string(point.workload),
                     runtime.empty() ? to_string(point.scheduler) : runtime,
                     counted(point.workers, "worker"));
}

std::vector<PredictionCell> standard_cells(const WorkloadCatalog& workloads) {
  std::vector<PredictionCell> cells;
  for (const CellRow& row : rows_of_cells()) {
    const Spec workload = parse_spec(row.workload);
    cells.push_back(
        {checked(
             {.scheduler = parse_spec(row.scheduler), .workload = workload, .workers = row.workers},
             workloads),
         is_by_arrivals(workload.name),
         {}});
  }
  return cells;
}

RunFigures figures_of(RunOutcome outcome, const std::string& name) {
  if (!outcome.result.answer_ok)
    throw std::runtime_error(
        fmt::format("{}: the answer {} is wrong.", name, outcome.result.answer));
  const std::vector<RequestSample>& samples = outcome.result.samples;
  return {.makespan_ns = static_cast<double>(outcome.measurement.makespan.count()),
          .p50_ns = quantile(samples, 0.5),
          .p99_ns = quantile(samples, 0.99)};
}

RunFigures Predictor::predict(const PredictionCell& cell, std::uint64_t seed,
                              const WorkloadCatalog& workloads) const {
  const std::string& workload = cell.point.workload.name;
  const MeasuredCost* const work = works.find_work(cell.point.scheduler.name, workload);
  const std::string knob = work == nullptr ? "" : task_work_knob_of(workload, workloads);
  Point point = in_virtual_time(cell.point, costs, knob, work == nullptr ? Duration{} : work->value,
                                workloads);
  point.seed = seed;
  return run(point, cell.name() + ", in virtual time", workloads);
}

RunFigures measure_figures(const PredictionCell& cell, std::uint64_t seed,
                           const WorkloadCatalog& workloads) {
  Point point = cell.point;
  point.seed = seed;
  return run(point, cell.name(), workloads);
}

RunFigures medians_of(const std::vector<RunFigures>& runs) {
  std::vector<double> makespans;
  std::vector<double> p50s;
  std::vector<double> p99s;
  for (const RunFigures& each : runs) {
    makespans.push_back(each.makespan_ns);
    if (each.p50_ns) p50s.push_back(*each.p50_ns);
    if (each.p99_ns) p99s.push_back(*each.p99_ns);
  }
  RunFigures result{.makespan_ns = median(makespans)};
  if (!p50s.empty()) result.p50_ns = median(p50s);
  if (!p99s.empty()) result.p99_ns = median(p99s);
  return result;
}

}  // namespace loopsteal
