// Costs of the operations of a reference runtime on this machine, measured by running it.
//
// The runtime runs micro programs that do one kind of operation often. A run of the twin in virtual
// time, under our scheduler with the runtime's order, counts the operations. So the runs are
// equations whose unknowns are the costs. The tasks' own code (creating a task, an event, a
// channel) is an unknown, too, and becomes the task_work of the workloads that use it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/calibrate/calibration.hpp"
#include "bench/calibrate/originals/original_solution.hpp"

namespace loopsteal {

class OriginalCalibration final : public Calibration {
 public:
  /// Runs each program once, so that no later run sees new code; `scale` is a factor of their
  /// lengths. Throws std::runtime_error if the runtime fails. Target and server must outlive it.
  OriginalCalibration(const OriginalTarget& target, OriginalServer& server, double scale);

  [[nodiscard]] std::size_t programs() const noexcept override { return runs_.size(); }
  [[nodiscard]] std::string name(std::size_t program) const override;
  void run(std::size_t program) override;
  /// The version of the runtime becomes the compiler of `head`.
  [[nodiscard]] CostsFile costs(CostsFile head) override;

 private:
  const OriginalTarget& target_;
  OriginalServer& server_;
  std::vector<MicroRuns> runs_;
};

/// The file from measurements, without running anything.
CostsFile costs_of_original(const OriginalTarget& target, const std::vector<MicroRuns>& runs,
                            CostsFile head);

}  // namespace loopsteal
