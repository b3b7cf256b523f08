// The row of a planned point: a pure function of the point, but for what it says of the time that
// the measuring itself took.
#pragma once

#include <functional>
#include <optional>

#include "bench/measure/json.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/sweep/planned_point.hpp"

namespace loopsteal {

/// Measures `planned`, on `threads` threads if it has a precision (they change nothing), and gives
/// its row as it stands in results, and besides:
///
///   load              where requests arrive on their own: as a share of what all workers can do
///   workload_knobs    all that the workload was set to, defaults included, as texts
///
/// Of a search it is the row of the largest load that kept the objective, and says what was found:
///
///   slo, slo_met      the objective, and whether any load kept it
///   slo_load          the largest load that was seen to keep it; absent if none was
///   slo_broken_load   the smallest load that was seen to break it; absent if none was
///   slo_value_ns      the statistic at the load of the row
///   slo_load_bounds, slo_load_width       what was asked of the search
///   slo_trials        [load, statistic in ns] in the order in which they were tried
///
/// Returns nothing if `stop`, asked now and then, said true before it was complete. Points in
/// virtual time may be measured side by side.
std::optional<Json> measure_planned(const PlannedPoint& planned, const WorkloadCatalog& workloads,
                                    unsigned threads, const std::function<bool()>& stop);

}  // namespace loopsteal
