// Replications put together.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "bench/measure/row.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/statistics/pooled_quantile.hpp"

namespace loopsteal {

/// The sum of runs of one point. Merged in order of replication, as the trace hash depends on it.
class PooledRuns {
 public:
  LatencyHistogram wait;
  LatencyHistogram sojourn;
  std::vector<LatencyBins> sojourns_of_runs;  ///< One for each run with requests.
  std::uint64_t warmup_deleted = 0;           ///< In each.
  bool counted_in_bins = false;               ///< A run was too long to keep its requests.

  /// What else came out of one run.
  void take(RunOutcome&& outcome);
  void merge(const PooledRuns& other);
  /// Hands it all to `row`: sums, the mean makespan, and whether every answer was right.
  void give_to(Row& row, std::uint32_t runs) &&;

 private:
  bool any_ = false;
  WorkerId workers_ = 0;
  Duration cpu_time_{};
  std::uint64_t tasks_ = 0;
  std::uint64_t answer_ = 0;  ///< Of the last run, or of the first that was wrong.
  bool answers_ok_ = true;
  Measurement sum_;
};

}  // namespace loopsteal
