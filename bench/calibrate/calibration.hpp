// What operations cost on this machine, found by runs that are made for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// The runs that tell the costs, one at a time: whoever has them decides on their order. One at a
/// time in a process; a machine that does something else meanwhile spoils them.
class Calibration {
 public:
  virtual ~Calibration() = default;
  [[nodiscard]] virtual std::size_t programs() const noexcept = 0;
  [[nodiscard]] virtual std::string name(std::size_t program) const = 0;
  /// Throws std::runtime_error if it fails.
  virtual void run(std::size_t program) = 0;
  /// From the runs so far, of which each program has had as many, one at least. `head` is what the
  /// file says of the machine.
  [[nodiscard]] virtual CostsFile costs(CostsFile head) = 0;
};

struct CalibrationOptions {
  std::uint32_t repetitions = 15;
  std::uint64_t seed = 1;  ///< Of the order of runs.
  /// Called before each run with how many have ended, how many there are, and its name.
  std::function<void(std::size_t, std::size_t, std::string_view)> progress = {};
  std::function<bool()> stop = {};  ///< Asked before each run.
};

/// Makes all of them, interleaved: for some seconds, or for a minute. Throws std::runtime_error
/// when told to stop.
CostsFile calibrate(Calibration& calibration, const CalibrationOptions& options, CostsFile head);

}  // namespace loopsteal
