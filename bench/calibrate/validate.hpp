// How well virtual time foretells what threads do: cells that were not used for calibration, each
// run both ways.
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

/// What the median cell may be off by.
struct Gate {
  double makespan = 0.10;
  double p50 = 0.15;
};

struct ValidatedCell {
  PredictionCell cell;
  RunFigures simulated;  ///< Medians, over the same seeds as the measured ones.
  RunFigures measured;

  /// (simulated - measured) / measured. None of the makespan where arrivals set it, and none of
  /// latencies without requests.
  [[nodiscard]] std::optional<double> makespan_error() const;
  [[nodiscard]] std::optional<double> p50_error() const;
  [[nodiscard]] std::optional<double> p99_error() const;
  /// The largest of the two that are gated, relative to its gate and without its sign.
  [[nodiscard]] double badness(const Gate& gate) const;
};

/// What other costs would have made of the same measurements, for comparison.
struct OtherCosts {
  std::string name;
  double makespan_error = 0;
  double p50_error = 0;
  int one_side = 0;
  std::string refused = {};  ///< Why they predict nothing: they lack what the cells need.
};

struct Validation {
  std::vector<ValidatedCell> cells;  ///< The worst first.
  Gate gate = {};
  std::string measured_on = "real threads";
  std::optional<OtherCosts> other = {};

  /// Medians of the errors without their signs; 0 where no cell has one.
  [[nodiscard]] double makespan_error() const;
  [[nodiscard]] double p50_error() const;
  [[nodiscard]] bool passes() const;
  /// -1 if every cell was predicted too fast, 1 if every one too slow, else 0. Mistakes in a model
  /// fall on both sides; a machine that has changed its speed since the costs were measured is on
  /// one.
  [[nodiscard]] int one_side() const;
};

/// What is run among the cells, each as often as a cell is: what costs are found by, say.
struct RunsAmong {
  std::size_t count = 0;
  std::function<std::string(std::size_t)> name = {};
  std::function<void(std::size_t)> run = {};
};

struct ValidationOptions {
  std::uint32_t repetitions = 7;
  std::uint64_t seed = 1;  ///< Of the order; repetition r has the input of seed + r.
  /// Called before each run with how many have ended, how many there are, and its name: first all
  /// that are measured, then all predictions.
  std::function<void(std::size_t, std::size_t, std::string_view)> progress = {};
  std::function<bool()> stop = {};  ///< Asked before each run.
  /// Makes a run, and whatever else it stands for; on real threads by default.
  std::function<RunFigures(const PredictionCell&, std::uint64_t seed)> measure = {};
  RunsAmong among = {};
  Gate gate = {};
};

/// Of each cell its runs, the repetitions in their order.
using CellRuns = std::vector<std::vector<RunFigures>>;

/// Runs all cells, and what is among them, interleaved. Throws std::runtime_error for a wrong
/// answer and when told to stop; so do the two below.
CellRuns measure_cells(std::span<const PredictionCell> cells, const WorkloadCatalog& workloads,
                       const ValidationOptions& options);

/// Predicts what was measured.
Validation compare(std::span<const PredictionCell> cells, const CellRuns& measured,
                   const Predictor& predictor, const WorkloadCatalog& workloads,
                   const ValidationOptions& options);

/// Both.
Validation validate(std::span<const PredictionCell> cells, const Predictor& predictor,
                    const WorkloadCatalog& workloads, const ValidationOptions& options);

}  // namespace loopsteal
