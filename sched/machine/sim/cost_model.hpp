// What a scheduler's operations cost in virtual time.
#pragma once
#include <algorithm>
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
  Duration spawn{};    ///< To create a task and to end it: its frame and its join.
  Duration wake_up{};  ///< From an unpark, a deadline or finished I/O to the worker's next step.
  Duration nap{};  ///< What that takes less if it has slept for less than kNap; no more than all.
  Duration deadline_late{};  ///< By which deadlines wake sleeping workers too late, before that.
  Duration client_late{};    ///< By which clients, asleep until then, are late with a request.
  /// What a client's turn takes of a worker's CPU where no worker sleeps, whose CPU it could have.
  Duration client{};

  /// An idle CPU does not halt at once: Linux has it watch for some tens of microseconds.
  static constexpr Duration kNap{20'000};
  [[nodiscard]] Duration of_wake_up(Duration slept) const noexcept {
    return slept < kNap ? std::max(wake_up - nap, Duration::zero()) : wake_up;
  }

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
