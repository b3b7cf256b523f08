// Costs of operations on this machine, found by runs made for the purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// The runs that give the costs, one at a time; the caller decides on their order. Only one
/// calibration at a time in a process; other load on the machine falsifies it.
class Calibration {
 public:
  virtual ~Calibration() = default;
  [[nodiscard]] virtual std::size_t programs() const noexcept = 0;
  [[nodiscard]] virtual std::string name(std::size_t program) const = 0;
  /// Throws std::runtime_error if it fails.
  virtual void run(std::size_t program) = 0;
  /// Costs from the runs so far; each program must have had the same number, at least one. `head`
  /// is the file's description of the machine.
  [[nodiscard]] virtual CostsFile costs(CostsFile head) = 0;
};

struct CalibrationOptions {
  std::uint32_t repetitions = 15;
  std::uint64_t seed = 1;  ///< Of the order of runs.
  /// Called before each run with the number of finished runs, the total number, and its name.
  std::function<void(std::size_t, std::size_t, std::string_view)> progress = {};
  std::function<bool()> stop = {};  ///< Called before each run.
};

/// Makes all runs, interleaved: for some seconds, or for a minute. Throws std::runtime_error if
/// told to stop.
CostsFile calibrate(Calibration& calibration, const CalibrationOptions& options, CostsFile head);

}  // namespace loopsteal
