#include "bench/cli/plan.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/memory_forecast.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/statistics/stopping_rule.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

std::uint32_t workers_of(const Settings& settings, const HostFacts& host) {
  const std::uint32_t carried = workers_it_carries(host);
  if (settings.workers == 0) return carried;
  const bool real = settings.machine == MachineKind::threads;
  if (real && settings.workers > carried && !settings.oversubscribe) {
    const std::string cpus = host.quota_cpus ? fmt::format("{} CPUs of which {:.2g} are granted",
                                                           host.cpus, *host.quota_cpus)
                                             : counted(host.cpus, "CPU");
    throw UsageError(fmt::format(
        "{} workers on {} would measure how the kernel shares CPUs, not the scheduler. Take "
        "--workers {} or fewer, or add --oversubscribe if that is what you want.",
        settings.workers, cpus, carried));
  }
  return settings.workers;
}

std::vector<std::string> chosen_schedulers(const Settings& settings) {
  if (!settings.schedulers.empty()) return settings.schedulers;
  std::vector<std::string> names;
  for (const SchedulerInfo& info : schedulers()) {
    const bool absent = settings.machine == MachineKind::sim && info.foreign;
    if (!absent) names.emplace_back(info.name);
  }
  return names;
}

std::vector<std::string> chosen_workloads(const Settings& settings,
                                          const WorkloadCatalog& workloads) {
  if (!settings.workloads.empty()) return settings.workloads;
  std::vector<std::string> chosen = workloads.standard;
  if (settings.machine == MachineKind::sim) {
    std::erase_if(chosen, [&](const std::string& workload) {
      return workloads.named(parse_spec(workload).name).needs_descriptors;
    });
  }
  return chosen;
}

std::string machine_name(const Settings& settings) {
  switch (settings.machine) {
    case MachineKind::threads:
      return "threads";
    case MachineKind::sim:
      return "sim";
  }
  return {};
}

unsigned threads_of(const Settings& settings) {
  if (settings.threads != 0) return settings.threads;
  return std::max(1u, std::thread::hardware_concurrency());
}

// A queue that only grows has no steady state: its means are those of the length of the run.
void refuse_overload(const Point& point, const Settings& settings,
                     const WorkloadCatalog& workloads) {
  const std::optional<OpenLoop> loop = open_loop_of(point, workloads);
  // A trace ends, whatever its load.
  if (!loop || !loop->arrivals || loop->load < 1 || settings.terminating) return;
  throw UsageError(fmt::format(
      "{} on {}: the load is {:.4g} of what its workers can do, so the queue grows for as long as "
      "requests arrive and no mean means anything. Take a load below 1, or add --terminating for "
      "a run that ends.",
      to_string(point.workload), to_string(point.scheduler), loop->load));
}

// Points on the same workload get the same number of requests, so that they meet the same input.
std::vector<std::string> plan_requests(std::vector<Point>& points, const WorkloadCatalog& workloads,
                                       std::uint32_t repetitions) {
  std::vector<std::string> forecasts;
  for (Point& point : points) {
    const RunPlan plan = plan_runs(point, workloads, repetitions);
    point.repetitions = repetitions;
    point.requests = plan.requests;
    if (plan.forecast.empty()) continue;
    forecasts.push_back(fmt::format("{} on {}: {}", to_string(point.workload),
                                    to_string(point.scheduler), plan.forecast));
  }
  for (Point& point : points) {
    for (const Point& other : points) {
      if (other.workload == point.workload)
        point.requests = std::max(point.requests, other.requests);
    }
  }
  return forecasts;
}

void check_cpus(const Settings& settings) {
  if (settings.cpus == 0 || settings.machine == MachineKind::sim) return;
  throw UsageError(
      "--cpus says how many CPUs a virtual machine has; real threads run on those that there are. "
      "Add --machine sim, or leave it out.");
}

void check_precision(const Settings& settings) {
  if (settings.precision == 0) return;
  if (settings.machine != MachineKind::sim) {
    throw UsageError(
        "--precision is for virtual time: on threads, more --repetitions narrow the "
        "intervals. Add --machine sim.");
  }
  if (settings.repetitions > 1) {
    throw UsageError(
        "--precision decides how many replications it takes; leave out --repetitions.");
  }
  if (!settings.trace.empty()) throw UsageError("--trace draws one run; leave out --precision.");
}

void check_warm_up(const Settings& settings) {
  if (settings.warm_up == WarmUpChoice{}) return;
  if (settings.machine != MachineKind::sim) {
    throw UsageError(
        "--warmup is for virtual time: on threads every request counts. Add --machine sim.");
  }
  if (settings.terminating) {
    throw UsageError("--terminating counts every request; leave out --warmup.");
  }
}

std::vector<Point> points_of(const Settings& settings, const WorkloadCatalog& workloads,
                             std::uint32_t workers) {
  const Costs costs = parse_costs(settings.costs);
  std::vector<Point> points;
  for (const std::string& workload : chosen_workloads(settings, workloads)) {
    for (const std::string& scheduler : chosen_schedulers(settings)) {
      const Point point = checked({.scheduler = parse_spec(scheduler),
                                   .workload = parse_spec(workload),
                                   .machine = machine_name(settings),
                                   .workers = workers,
                                   .cpus = settings.cpus,
                                   .seed = settings.seed,
                                   .size = settings.size,
                                   .observe = settings.observe,
                                   .costs = costs.for_scheduler(parse_spec(scheduler).name),
                                   .shuffle_ties = settings.shuffle_ties,
                                   .precision = settings.precision,
                                   // A timeline draws a run as it is, from its first request on.
                                   .terminating = settings.terminating || !settings.trace.empty(),
                                   .warm_up = settings.warm_up,
                                   .threads = threads_of(settings)},
                                  workloads);
      if (point.is_virtual()) refuse_overload(point, settings, workloads);
      const bool given = std::ranges::any_of(points, [&](const Point& other) {
        return other.scheduler == point.scheduler && other.workload == point.workload;
      });
      if (!given) points.push_back(point);
    }
  }
  return points;
}

std::string time_stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{:%Y%m%dT%H%M%SZ}", parts);
}

std::string raw_path_of(const Settings& settings, Purpose purpose) {
  if (settings.raw == "none") return {};
  if (!settings.raw.empty()) return settings.raw;
  const bool for_people = settings.format == Format::table || settings.format == Format::md;
  if (purpose == Purpose::run || !for_people) return {};
  return "compare-" + time_stamp() + ".json";
}

void check_trace(const Plan& plan) {
  const std::size_t runs = plan.points.size() * plan.campaign.repetitions;
  if (runs != 1) {
    throw UsageError(fmt::format(
        "--trace draws one run, and this would be {}. Name one --scheduler and one --workload, "
        "and leave --repetitions at 1.",
        runs));
  }
  const std::string& scheduler = plan.points.front().scheduler.name;
  if (is_foreign(scheduler)) {
    throw UsageError(
        fmt::format("{} shows nothing of its inside: no --trace of it can be drawn.", scheduler));
  }
}

Undertaking with_machine(Undertaking undertaking, const Settings& settings) {
  undertaking.machine = machine_name(settings);
  return undertaking;
}

}  // namespace

Plan make_plan(const Settings& settings, Purpose purpose, const WorkloadCatalog& workloads,
               const HostFacts& host, const Undertaking& undertaking) {
  check_precision(settings);
  check_warm_up(settings);
  check_cpus(settings);
  const std::uint32_t repetitions = settings.precision != 0                ? 1
                                    : settings.repetitions != 0            ? settings.repetitions
                                    : purpose == Purpose::run              ? 1
                                    : settings.machine == MachineKind::sim ? kReplicationsMin
                                                                           : kRepetitionsToCompare;
  Plan plan{.points = points_of(settings, workloads, workers_of(settings, host)),
            .campaign = {.repetitions = repetitions,
                         .seed = settings.seed,
                         .warm_up = settings.machine == MachineKind::threads && repetitions > 1},
            .settings = settings,
            .raw_path = raw_path_of(settings, purpose),
            .context = make_context(with_machine(undertaking, settings), host),
            .trace_path = settings.trace};
  // Before any output is opened: half an answer would be none.
  for (const Point& point : plan.points)
    rehearse_costs(point, workloads.named(point.workload.name));
  if (!settings.trace.empty()) check_trace(plan);
  plan.forecasts = plan_requests(plan.points, workloads, repetitions);
  check_memory(plan.points, repetitions, workloads, available_memory());
  return plan;
}

}  // namespace loopsteal
