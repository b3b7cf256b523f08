// Accuracy of virtual time: cells that were not used for calibration, each run on threads and in
// virtual time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibrate/prediction.hpp"

namespace loopsteal {

/// Largest error allowed for the median cell.
struct Gate {
  double makespan = 0.10;
  double p50 = 0.15;
};

struct ValidatedCell {
  PredictionCell cell;
  RunFigures simulated;  ///< Medians, over the same seeds as the measured ones.
  RunFigures measured;

  /// (simulated - measured) / measured. No makespan error if arrivals determine the makespan, and
  /// no latency error without requests.
  [[nodiscard]] std::optional<double> makespan_error() const;
  [[nodiscard]] std::optional<double> p50_error() const;
  [[nodiscard]] std::optional<double> p99_error() const;
  /// The larger of the two gated errors, absolute and relative to its gate.
  [[nodiscard]] double badness(const Gate& gate) const;
};

/// Results of other costs for the same measurements, for comparison.
struct OtherCosts {
  std::string name;
  double makespan_error = 0;
  double p50_error = 0;
  int one_side = 0;
  std::string refused = {};  ///< Why they predict nothing: entries that the cells need are missing.
};

struct Validation {
  std::vector<ValidatedCell> cells;  ///< The worst first.
  Gate gate = {};
  std::string measured_on = "real threads";
  std::optional<OtherCosts> other = {};

  /// Medians of the absolute errors; 0 if no cell has one.
  [[nodiscard]] double makespan_error() const;
  [[nodiscard]] double p50_error() const;
  [[nodiscard]] bool passes() const;
  /// -1 if every cell was predicted too fast, 1 if every one too slow, else 0. Errors of a model
  /// fall on both sides. If the machine's speed has changed since the costs were measured, all
  /// errors are on one side.
  [[nodiscard]] int one_side() const;
};

/// Runs among the cells, each as often as a cell, for example to find costs.
struct RunsAmong {
  std::size_t count = 0;
  std::function<std::string(std::size_t)> name = {};
  std::function<void(std::size_t)> run = {};
};

struct ValidationOptions {
  std::uint32_t repetitions = 7;
  std::uint64_t seed = 1;  ///< Of the order; repetition r has the input of seed + r.
  /// Called before each run with the number of finished runs, the total number, and its name: first
  /// all measurements, then all predictions.
  std::function<void(std::size_t, std::size_t, std::string_view)> progress = {};
  std::function<bool()> stop = {};  ///< Called before each run.
  /// Makes a run; on real threads by default.
  std::function<RunFigures(const PredictionCell&, std::uint64_t seed)> measure = {};
  RunsAmong among = {};
  Gate gate = {};
};

/// Runs of each cell, with the repetitions in their order.
using CellRuns = std::vector<std::vector<RunFigures>>;

/// Runs all cells, and the runs among them, interleaved. Throws std::runtime_error for a wrong
/// answer and if told to stop; the two functions below do the same.
CellRuns measure_cells(std::span<const PredictionCell> cells, const WorkloadCatalog& workloads,
                       const ValidationOptions& options);

/// Predicts the measurements.
Validation compare(std::span<const PredictionCell> cells, const CellRuns& measured,
                   const Predictor& predictor, const WorkloadCatalog& workloads,
                   const ValidationOptions& options);

/// Measures and predicts.
Validation validate(std::span<const PredictionCell> cells, const Predictor& predictor,
                    const WorkloadCatalog& workloads, const ValidationOptions& options);

}  // namespace loopsteal
