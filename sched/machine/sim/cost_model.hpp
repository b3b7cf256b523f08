// What a scheduler's operations cost in virtual time.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "sched/core/measurement.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Durations, none negative. All zero by default: the pure algorithm, to be compared with theory.
struct CostModel {
  /// Of each operation, every time it is charged.
  std::array<Duration, kOps> ops{};
  Duration run{};  ///< To resume a job, and to come back from it.
  Duration
      lock{};  ///< To take a free lock and to give it back; waiting for a held one comes on top.
  Duration moved{};    ///< To run a job that was made ready elsewhere, on top of `run`.
  Duration wake_up{};  ///< From an unpark, a deadline or finished I/O to the worker's next step.

  [[nodiscard]] Duration of(Op op) const noexcept { return ops[static_cast<std::size_t>(op)]; }

  /// Of running a job that was made ready here, or elsewhere.
  [[nodiscard]] Duration of_run(bool here) const noexcept { return here ? run : run + moved; }

  /// Whether nothing costs anything.
  [[nodiscard]] bool free() const noexcept { return *this == CostModel{}; }

  friend bool operator==(const CostModel&, const CostModel&) = default;
};

/// One number of a CostModel, by the name it has in files and on the command line.
struct CostEntry {
  std::string_view name;
  std::string_view help;
  Duration& (*of)(CostModel&) noexcept;
};

/// All of them, in the order in which they are printed.
[[nodiscard]] std::span<const CostEntry> cost_entries() noexcept;

}  // namespace loopsteal
