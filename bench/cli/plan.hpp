// From settings to what will be measured: every name known, every value allowed, every file named,
// before anything runs.
#pragma once

#include <string>

#include "bench/cli/session.hpp"
#include "bench/cli/settings.hpp"
#include "bench/measure/host.hpp"
#include "bench/measure/manifest.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// What differs between the two commands that measure.
enum class Purpose { run, compare };

/// `compare` repeats as often as a U test wants to see (Google Benchmark's advice, 9 at least).
inline constexpr std::uint32_t kRepetitionsToCompare = 9;

/// Throws UsageError or SpecError, in words for the user. The points are every scheduler on every
/// workload, each once, workload by workload.
Plan make_plan(const Settings& settings, Purpose purpose, const WorkloadCatalog& workloads,
               const HostFacts& host, const Undertaking& undertaking);

}  // namespace loopsteal
