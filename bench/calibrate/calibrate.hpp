// What the operations of this machine's schedulers cost: measured through the policies on real
// threads, and taken apart by least squares.
//
// A run of one worker takes as long as its operations do. So probes that do different things in
// different proportions, each counted exactly, give equations whose unknowns are the costs. What
// takes two workers (waking, stealing) is solved for afterwards, with the rest known. Each
// repetition gives a solution of its own, and these the spread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "bench/measure/costs_file.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

struct CalibrationOptions {
  std::uint32_t repetitions = 15;
  double scale = 1;        ///< Of the probes' sizes.
  std::uint64_t seed = 1;  ///< Of the order of runs.
  /// Called before each run with how many have ended, how many there are, and its name.
  std::function<void(std::size_t, std::size_t, std::string_view)> progress = {};
  std::function<bool()> stop = {};  ///< Asked before each run.
};

/// Measures for some seconds, on two threads at most. One at a time in a process; a machine that
/// does something else meanwhile spoils it. `head` is what the file says of the machine. Throws
/// std::runtime_error when told to stop.
CostsFile calibrate(const CalibrationOptions& options, const WorkloadCatalog& workloads,
                    CostsFile head);

}  // namespace loopsteal
