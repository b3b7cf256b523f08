// A sweep as its user writes it: TOML whose lists span a grid.
//
//   machine   = "sim"
//   workers   = [1, 4, 16]
//   precision = "1%"
//   scheduler = ["shared_queue", {name = "work_stealing", steal = ["half", "one"]}]
//   workload  = [{name = "requests", service = ["det", "exp"], load = [0.5, 0.7, 0.9]}]
//
//   [[grid]]                     # optional: several grids, for which the above are defaults
//   scheduler = "event_loop"
//
// Every combination is a point. A key that may be a list and is none is a list of one; schedulers
// and workloads are specs ("work_stealing:steal=one") or tables of a name and knobs, each of which
// may be a list again. `loopsteal list knobs` has the knobs; the other keys are those of `run`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/available_memory.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/sweep/planned_point.hpp"

namespace loopsteal {

/// What a grid is read against.
struct GridReading {
  const WorkloadCatalog& workloads;
  std::uint32_t workers_carried = 1;    ///< On real threads more would measure the kernel.
  std::optional<std::string> slo = {};  ///< In place of the file's, if the user says so elsewhere.
  std::optional<AvailableMemory> memory = {};  ///< That the points may take, where it is known.
};

/// All points of the grid, each once: by repetition, then by workload, then by scheduler. They are
/// checked() points in a normal form: settings without a meaning for a machine are at their
/// defaults, an event loop has one worker. With an SLO, loads are left out and what then is the
/// same is one search. Numbers of requests are as written, not yet as a precision takes them.
///
/// Throws SpecError "NAME:LINE:COLUMN: ...", with the nearest known word, for what is no TOML and
/// for every key, kind, value or combination that cannot be measured, and for more than kPointsMax
/// points (grid_size.hpp). Throws MemoryShortage for points that would not fit into
/// `reading.memory`.
std::vector<PlannedPoint> read_grid(std::string_view text, const std::string& name,
                                    const GridReading& reading);

}  // namespace loopsteal
