// Probes, the runs that give the costs: small programs that do one kind of operation often, through
// the unchanged policies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sched/core/coro/task.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// Kind of a probe.
enum class ProbeKind {
  yields,        ///< 256 tasks yield to each other.
  lone_yields,   ///< One task yields with no other task ready.
  spawns,        ///< Empty tasks, 16 at a time, each group joined.
  many_spawns,   ///< Thousands of empty tasks at once.
  chain,         ///< Each task starts the next and ends.
  time_outs,     ///< Timers that are set and cancelled.
  sleeps,        ///< Timers that are due at once.
  polls,         ///< One task yields while another waits for I/O.
  handovers,     ///< Two workers wake each other in turn.
  small_pieces,  ///< Pieces of less than a microsecond, for thieves to take.
};

struct Probe {
  ProbeKind kind;
  std::string scheduler;  ///< A spec.
  WorkerId workers = 1;
  std::uint32_t size = 1;  ///< Number of its operations.

  /// "yields on event_loop, 1 worker".
  [[nodiscard]] std::string name() const;
  /// Empty tasks that it creates, timed callbacks, and pieces of kPieceWork.
  [[nodiscard]] std::uint64_t tasks() const noexcept;
  [[nodiscard]] std::uint64_t callbacks() const noexcept;
  [[nodiscard]] std::uint64_t pieces() const noexcept;
};

inline constexpr Work kPieceWork{300};
/// Longer than a sleeper's CPU stays awake, as between requests.
inline constexpr Work kForkWork{400'000};

/// One run on real threads.
Measurement run_on_threads(const Probe& probe);

/// One run in virtual time. The code of the probe itself takes no time.
Measurement run_in_virtual_time(const Probe& probe, const CostModel& costs);

}  // namespace loopsteal
