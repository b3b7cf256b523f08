#include "bench/calibrate/task_work.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "bench/calibrate/cost_family.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/run_once.hpp"
#include "sched/core/config/knobs.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kSpecs[] = {"uts:tree=T1,depth=7,leaves=inlined",
                                       "fork_join:n=18",
                                       "skynet:levels=4",
                                       "spawn_many_local:rounds=20",
                                       "ping_pong:rounds=100",
                                       "yield_many:rounds=10",
                                       "chained_spawn:rounds=100"};

Duration makespan_of(const Point& point, const WorkloadCatalog& workloads) {
  return run_once(point, workloads.named(point.workload.name), nullptr).measurement.makespan;
}

}  // namespace

std::string TaskWorkProbe::name() const {
  return fmt::format("{} on {}, 1 worker", to_string(point.workload), to_string(point.scheduler));
}

std::string task_work_knob_of(std::string_view workload, const WorkloadCatalog& workloads) {
  for (const KnobRow& knob : workloads.named(workload).knobs(Size::small))
    if (knob.name == "node_work" || knob.name == "task_work") return knob.name;
  return {};
}

std::vector<TaskWorkProbe> task_work_probes(const WorkloadCatalog& workloads) {
  std::vector<TaskWorkProbe> probes;
  for (const std::string_view text : kSpecs) {
    const Spec spec = parse_spec(text);
    const bool known = std::ranges::any_of(
        workloads.workloads, [&](const WorkloadInfo& info) { return info.name == spec.name; });
    if (!known) continue;
    const std::string knob = task_work_knob_of(spec.name, workloads);
    if (knob.empty()) continue;
    for (const CostFamily& family : cost_families())
      probes.push_back(
          {checked({.scheduler = parse_spec(family.alone), .workload = spec}, workloads), knob});
  }
  return probes;
}

Point in_virtual_time(const Point& point, const Costs& costs, const std::string& knob,
                      Duration work, const WorkloadCatalog& workloads) {
  Point result = point;
  result.machine = "sim";
  result.costs = costs.for_scheduler(point.scheduler.name);
  // On threads, clients use a CPU that no worker has.
  if (point.workers < std::thread::hardware_concurrency()) result.costs.model.client = {};
  std::erase_if(result.workload.settings,
                [&](const auto& setting) { return setting.first == knob; });
  if (!knob.empty()) result.workload.settings.emplace_back(knob, print_duration(work));
  return checked(result, workloads);
}

Duration task_work_for(const TaskWorkProbe& probe, const Costs& costs, Duration measured,
                       const WorkloadCatalog& workloads) {
  // So long that the rounding of costs does not matter; the makespan of one worker is linear.
  constexpr Duration kTrial{1'000};
  const auto with = [&](Duration work) {
    return makespan_of(in_virtual_time(probe.point, costs, probe.knob, work, workloads), workloads);
  };
  const Duration without = with(Duration::zero());
  const auto slope =
      static_cast<double>((with(kTrial) - without).count()) / static_cast<double>(kTrial.count());
  if (slope <= 0) return Duration::zero();
  const double work = static_cast<double>((measured - without).count()) / slope;
  return Duration(std::max<std::int64_t>(0, std::llround(work)));
}

}  // namespace loopsteal
