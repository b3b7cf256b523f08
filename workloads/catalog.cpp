#include "workloads/catalog.hpp"

#include <algorithm>
#include <array>

#include "workloads/entries.hpp"

namespace loopsteal {

std::span<const WorkloadInfo> workloads() {
  static const std::array kAll = {
      spawn_many_local_entry(),
      spawn_many_remote_idle_entry(),
      spawn_many_remote_busy1_entry(),
      spawn_many_remote_busy2_entry(),
      yield_many_entry(),
      ping_pong_entry(),
      chained_spawn_entry(),
      fan_out_entry(),
      pipeline_entry(),
      fork_join_entry(),
      timers_entry(),
      echo_entry(),
      requests_entry(),
      skynet_entry(),
      nqueens_entry(),
      uts_entry(),
      hot_shard_entry(),
      bursts_entry(),
      blocker_entry(),
      mixed_entry(),
      dag_entry(),
      script_entry(),
  };
  return kAll;
}

const WorkloadInfo* find_workload(std::string_view name) {
  const auto found = std::ranges::find(workloads(), name, &WorkloadInfo::name);
  return found == workloads().end() ? nullptr : &*found;
}

const WorkloadInfo& workload_named(std::string_view name) {
  if (const WorkloadInfo* const info = find_workload(name)) return *info;
  std::vector<std::string_view> names;
  for (const WorkloadInfo& info : workloads()) names.push_back(info.name);
  throw SpecError("There is no workload \"" + std::string(name) + "\"." +
                  did_you_mean(name, names));
}

std::unique_ptr<Workload> make_workload(const Spec& spec, const WorkloadSetup& setup) {
  return workload_named(spec.name).make(spec, setup);
}

std::span<const std::string_view> standard_workloads() {
  static const std::vector<std::string_view> kStandard = [] {
    std::vector<std::string_view> specs;
    for (const WorkloadInfo& info : workloads()) {
      if (info.shape == Shape::balanced) specs.push_back(info.name);
    }
    specs.insert(specs.end(), {"requests:service=bimodal1", "requests:service=bimodal2",
                               "requests:service=lognormal", "requests:service=pareto"});
    for (const WorkloadInfo& info : workloads()) {
      if (info.shape == Shape::imbalanced) specs.push_back(info.name);
    }
    return specs;
  }();
  return kStandard;
}

}  // namespace loopsteal
