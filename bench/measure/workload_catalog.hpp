// The workloads that can be measured, as a value.
//
// A value, and not workloads() itself, so that a test can add a workload that answers wrong or
// throws, and measure it by the very path by which the real ones go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workloads/catalog.hpp"

namespace loopsteal {

struct WorkloadCatalog {
  std::vector<WorkloadInfo> workloads;
  std::vector<std::string> standard;  ///< What a comparison runs when none is named.

  /// Throws SpecError, with the nearest known name, when there is none of that name.
  [[nodiscard]] const WorkloadInfo& named(std::string_view name) const;
};

/// All that this program was built with.
WorkloadCatalog built_in_workloads();

}  // namespace loopsteal
