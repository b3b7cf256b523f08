// The shards of a sweep as one results file, in the order of the plan.
//
// What such a file says of points in virtual time is the same, byte for byte, however the sweep was
// split, how many threads measured it and how often it was interrupted. So it has no CPU time: that
// would be a measurement of the simulation. `cpu_time` is 0 in every row of a point in virtual
// time, and the context says so in `cpu_time_kept`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/sweep/shard_file.hpp"
#include "bench/sweep/sweep_plan.hpp"

namespace loopsteal {

struct MergedSweep {
  Json context;
  std::vector<Json> rows;   ///< Of the points that have one, in the order of the plan.
  std::size_t missing = 0;  ///< Points without a row.
  std::size_t failed = 0;   ///< Rows whose run did not end.
  std::size_t wrong = 0;    ///< Rows with a wrong answer.
  std::size_t strange = 0;  ///< Rows of points that are not in the plan, and so left out.
  std::size_t unmet = 0;    ///< Searches in which no load kept the objective.
};

/// Throws ResultsError if two rows of one point in virtual time differ (then it was not the same
/// program, or it is not deterministic), and if rows on real threads come from different machines,
/// which must never stand side by side.
MergedSweep merge(const SweepPlan& plan, const std::vector<ShardRows>& shards);

/// In the shape that every results file has.
void write_merged(const MergedSweep& merged, Output& output);

}  // namespace loopsteal
