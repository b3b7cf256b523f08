// Which model of queueing theory a point is, if it is one.
#pragma once

#include <optional>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"
#include "bench/statistics/run_length.hpp"
#include "bench/theory/prediction.hpp"
#include "workloads/open_loop.hpp"

namespace loopsteal {

/// What theory says of `point`, a checked() one, whose requests are `loop`; in ns. Absent where the
/// point is no model with an answer: real time, costs, arrivals that are not Poisson, a load of 1
/// or more, or a policy of which nothing is known. May take some tenths of a second.
std::optional<theory::Prediction> theory_of(const Point& point, const OpenLoop& loop);

/// Puts theory next to what was measured: `row` is that of `point` as measure() returned it, and
/// gets the prediction of a steady state, or the bounds of greedy scheduling. A failed row gets
/// nothing. A row whose theory cannot be computed fails with the reason.
void add_theory(Row& row, const Point& point, const WorkloadCatalog& workloads);

/// The same point as a queue whose run length can be forecast; absent for a load of 1 or more.
std::optional<QueueLoad> queue_of(const Point& point, const OpenLoop& loop);

}  // namespace loopsteal
