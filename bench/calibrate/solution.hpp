// Solves for the costs of operations, from the times of the probes, scheduler by scheduler.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/calibrate/lateness.hpp"
#include "bench/calibrate/least_squares.hpp"
#include "bench/calibrate/probe.hpp"
#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// A probe and its results. Each time is of one repetition, in ns.
struct ProbeRuns {
  Probe probe;
  std::vector<double> makespans;
  std::vector<double> awake;                ///< Busy and searching, of all workers.
  std::vector<std::vector<double>> counts;  ///< By repetition and unknown.
};

/// All costs, by family and unknown, and which of them a run has shown.
struct Solution {
  std::map<std::string, std::vector<double>, std::less<>> ns;
  std::map<std::string, std::vector<bool>, std::less<>> shown;

  [[nodiscard]] CostModel model(std::string_view family) const;
};

/// Measurements without a probe, in ns.
struct MeasuredAlone {
  double lock = 0;    ///< A free lock.
  double look = 0;    ///< A look into an empty queue.
  double client = 0;  ///< A client's turn; 0: not measured.
  std::map<Lateness, std::map<std::string, double, std::less<>>> late = {};  ///< By family.
};

/// The solution from one value per probe: that of repetition `repetition`, or the medians of all
/// for kMedians. In whole ns if `whole`.
inline constexpr std::size_t kMedians = static_cast<std::size_t>(-1);
Solution solve(const std::vector<ProbeRuns>& runs, std::size_t repetition,
               const MeasuredAlone& alone, bool whole);

}  // namespace loopsteal
