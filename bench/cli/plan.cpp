#include "bench/cli/plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/measure.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

std::uint32_t workers_of(const Settings& settings, const HostFacts& host) {
  const std::uint32_t carried = workers_it_carries(host);
  if (settings.workers == 0) return carried;
  const bool real = settings.machine == MachineKind::threads;
  if (real && settings.workers > carried && !settings.oversubscribe) {
    const std::string cpus =
        host.quota_cpus ? fmt::format("{} CPUs of which {:.2g} are granted", host.cpus,
                                      *host.quota_cpus)
                        : fmt::format("{} CPU{}", host.cpus, host.cpus == 1 ? "" : "s");
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
    case MachineKind::threads: return "threads";
    case MachineKind::sim: return "sim";
  }
  return {};
}

std::vector<Point> points_of(const Settings& settings, const WorkloadCatalog& workloads,
                             std::uint32_t workers) {
  std::vector<Point> points;
  for (const std::string& workload : chosen_workloads(settings, workloads)) {
    for (const std::string& scheduler : chosen_schedulers(settings)) {
      const Point point = checked({.scheduler = parse_spec(scheduler),
                                   .workload = parse_spec(workload),
                                   .machine = machine_name(settings),
                                   .workers = workers,
                                   .seed = settings.seed,
                                   .size = settings.size,
                                   .observe = settings.observe,
                                   .costs = parse_costs(settings.costs),
                                   .shuffle_ties = settings.shuffle_ties},
                                  workloads);
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
    throw UsageError(fmt::format("{} shows nothing of its inside: no --trace of it can be drawn.",
                                 scheduler));
  }
}

Undertaking with_machine(Undertaking undertaking, const Settings& settings) {
  undertaking.machine = machine_name(settings);
  return undertaking;
}

}  // namespace

Plan make_plan(const Settings& settings, Purpose purpose, const WorkloadCatalog& workloads,
               const HostFacts& host, const Undertaking& undertaking) {
  const std::uint32_t repetitions = settings.repetitions != 0 ? settings.repetitions
                                    : purpose == Purpose::run ? 1
                                                              : kRepetitionsToCompare;
  Plan plan{.points = points_of(settings, workloads, workers_of(settings, host)),
            .campaign = {.repetitions = repetitions,
                         .seed = settings.seed,
                         .warm_up = purpose == Purpose::compare},
            .settings = settings,
            .raw_path = raw_path_of(settings, purpose),
            .context = make_context(with_machine(undertaking, settings), host),
            .trace_path = settings.trace};
  if (!settings.trace.empty()) check_trace(plan);
  return plan;
}

}  // namespace loopsteal
