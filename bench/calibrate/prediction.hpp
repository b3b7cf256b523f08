// A cell of validation: one point, in virtual time and on real threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/measure/costs_file.hpp"
#include "bench/measure/row.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

struct PredictionCell {
  Point point;  ///< Real, checked.
  /// Arrivals determine its makespan, so only its latencies are predicted.
  bool by_arrivals = false;
  std::string runtime = {};  ///< The reference runtime that runs it, instead of our scheduler.

  /// "requests:load=0.3 on event_loop, 1 worker".
  [[nodiscard]] std::string name() const;
};

/// Forty cells: tasks of ten ns to half a millisecond, on one worker and on two, under every
/// scheduler. None was run to calibrate.
std::vector<PredictionCell> standard_cells(const WorkloadCatalog& workloads);

/// Predicted numbers of a run.
struct RunFigures {
  double makespan_ns = 0;
  std::optional<double> p50_ns = {};  ///< Of the sojourn of its requests, if it has any.
  std::optional<double> p99_ns = {};
};

/// Throws std::runtime_error if the answer is wrong.
RunFigures figures_of(RunOutcome outcome, const std::string& name);

/// Cost models and the work of tasks, as virtual time uses them.
struct Predictor {
  Costs costs;
  CostsFile works;  ///< Only its [work] tables matter.

  [[nodiscard]] RunFigures predict(const PredictionCell& cell, std::uint64_t seed,
                                   const WorkloadCatalog& workloads) const;
};

/// Measures on real threads.
RunFigures measure_figures(const PredictionCell& cell, std::uint64_t seed,
                           const WorkloadCatalog& workloads);

/// The medians of several runs.
RunFigures medians_of(const std::vector<RunFigures>& runs);

}  // namespace loopsteal
