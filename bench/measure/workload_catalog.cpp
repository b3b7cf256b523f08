#include "bench/measure/workload_catalog.hpp"

#include <algorithm>

namespace loopsteal {

const WorkloadInfo& WorkloadCatalog::named(std::string_view name) const {
  const auto found = std::ranges::find(workloads, name, &WorkloadInfo::name);
  if (found != workloads.end()) return *found;
  std::vector<std::string_view> names;
  for (const WorkloadInfo& info : workloads) names.push_back(info.name);
  throw SpecError("There is no workload \"" + std::string(name) + "\"." +
                  did_you_mean(name, names));
}

WorkloadCatalog built_in_workloads() {
  WorkloadCatalog catalog;
  catalog.workloads.assign(workloads().begin(), workloads().end());
  catalog.standard.assign(standard_workloads().begin(), standard_workloads().end());
  return catalog;
}

}  // namespace loopsteal
