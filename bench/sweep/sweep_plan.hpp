// A sweep that is ready to be measured: its points in their order, each with its id, and under what
// circumstances it was planned. A plain file, so that many machines may work on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/sweep/planned_point.hpp"

namespace loopsteal {

/// The version of the plan's format.
inline constexpr std::string_view kPlanSchemaName = "loopsteal.sweep/1";

struct SweepPlan {
  struct Entry {
    std::string id;
    PlannedPoint planned;
  };
  std::string program;  ///< program_version() of the one that planned it.
  Json context;         ///< As of a results file.
  std::vector<Entry> entries;
  std::string forecast;  ///< For people: what the longest point takes. Not in the file.
};

/// Gives every point its id, and those with a precision their number of requests where none is
/// written: as many as the most demanding one on the same workload takes, so that all of them meet
/// the same input.
SweepPlan plan_sweep(std::vector<PlannedPoint> points, const Json& context,
                     const WorkloadCatalog& workloads);

/// One line a point.
void write_plan(const SweepPlan& plan, Output& output);

/// Reads it back. Throws ResultsError for a file that cannot be read or is no plan, and SpecError
/// for a plan whose points this program would measure differently: it is of another version, or a
/// file that a point names has changed.
SweepPlan read_plan(const std::string& path, const WorkloadCatalog& workloads);

/// Whether both plan the same points in the same order.
bool same_points(const SweepPlan& one, const SweepPlan& other);

}  // namespace loopsteal
