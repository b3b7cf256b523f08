// `loopsteal list`: what there is to choose from.
#pragma once

#include <string>
#include <string_view>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// What `topic` names ("schedulers", "workloads", "knobs", "presets", "costs", or "" for the first
/// two) as a table, or as JSON. With `of` not empty only the knobs and presets of that scheduler or
/// workload. Throws UsageError for unknown names.
std::string list(std::string_view topic, std::string_view of, bool json, bool colour,
                 const WorkloadCatalog& workloads);

}  // namespace loopsteal
