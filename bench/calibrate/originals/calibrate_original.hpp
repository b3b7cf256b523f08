// What the operations of an original cost on this machine: measured by running it.
//
// The original runs micro programs that do one kind of thing often. What each does is counted by
// running its twin in virtual time, under the scheduler of ours that has the original's order; so
// the runs are equations whose unknowns are the costs. What is no operation of a scheduler but code
// of the tasks (making one, an event, a channel) is an unknown, too, and becomes the task_work of
// the workloads that do it.
#pragma once

#include "bench/calibrate/calibrate.hpp"
#include "bench/calibrate/originals/original_solution.hpp"

namespace loopsteal {

/// Runs them, all repetitions interleaved, for a minute at most. Throws std::runtime_error when
/// told to stop, or if the original fails.
CostsFile calibrate_original(const OriginalTarget& target, OriginalServer& server,
                             const CalibrationOptions& options, CostsFile head);

/// The file from what was measured, without running anything.
CostsFile costs_of_original(const OriginalTarget& target, const std::vector<MicroRuns>& runs,
                            CostsFile head);

}  // namespace loopsteal
