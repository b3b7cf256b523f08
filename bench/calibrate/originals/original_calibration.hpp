// What the operations of an original cost on this machine: measured by running it.
//
// The original runs micro programs that do one kind of thing often. What each does is counted by
// running its twin in virtual time, under the scheduler of ours that has the original's order; so
// the runs are equations whose unknowns are the costs. What is no operation of a scheduler but code
// of the tasks (making one, an event, a channel) is an unknown, too, and becomes the task_work of
// the workloads that do it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/calibrate/calibration.hpp"
#include "bench/calibrate/originals/original_solution.hpp"

namespace loopsteal {

class OriginalCalibration final : public Calibration {
 public:
  /// Runs each program once, so that no later run is the first to see its code; `scale` is of their
  /// lengths. Throws std::runtime_error if the original fails. Target and server outlive it.
  OriginalCalibration(const OriginalTarget& target, OriginalServer& server, double scale);

  [[nodiscard]] std::size_t programs() const noexcept override { return runs_.size(); }
  [[nodiscard]] std::string name(std::size_t program) const override;
  void run(std::size_t program) override;
  /// The version of the original becomes the compiler of `head`.
  [[nodiscard]] CostsFile costs(CostsFile head) override;

 private:
  const OriginalTarget& target_;
  OriginalServer& server_;
  std::vector<MicroRuns> runs_;
};

/// The file from what was measured, without running anything.
CostsFile costs_of_original(const OriginalTarget& target, const std::vector<MicroRuns>& runs,
                            CostsFile head);

}  // namespace loopsteal
