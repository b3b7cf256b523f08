// One run of one point: build, run, check, count. All programs and suites measure through here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// The point with its specs in canonical form and known to be makeable. Throws SpecError, with the
/// nearest known name, for what is not.
Point checked(const Point& point, const WorkloadCatalog& workloads);

/// A row that says what is run, and nothing yet of what came out.
Row row_for(const Point& point, const WorkloadInfo& workload);

/// Whether the scheduler of that name is not ours: no delays and no timeline can be had of it.
bool is_foreign(std::string_view scheduler);

/// Where a run's timeline goes, and what is missing from it.
struct TraceFile {
  std::string path;
  std::uint64_t events_dropped = 0;  ///< Set by measure(): those that found no room.
};

/// Runs `point`, which checked() has returned, once; with `trace` writes a timeline of the run. An
/// exception of the scheduler or the workload becomes the row's `error`. Throws OutputError if the
/// timeline cannot be written. Blocks for as long as the run takes; one at a time in a process, or
/// the runs disturb each other. With a precision it makes as many runs as that takes, unless
/// `stop`, asked between them, says true. add_theory() says what theory makes of the row.
Row measure(const Point& point, const WorkloadCatalog& workloads, TraceFile* trace = nullptr,
            const std::function<bool()>& stop = {});

}  // namespace loopsteal
