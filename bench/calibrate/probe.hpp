// The runs from which costs are taken: small programs that do one kind of thing often, through the
// policies as they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sched/core/measurement.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/task.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// What a probe does.
enum class ProbeKind {
  yields,        ///< 256 tasks yield to each other.
  lone_yields,   ///< One task yields to nobody.
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
  std::uint32_t size = 1;  ///< Of what it does.

  /// "yields on event_loop, 1 worker".
  [[nodiscard]] std::string name() const;
  /// Empty tasks that it creates, timed callbacks, and pieces of kPieceWork.
  [[nodiscard]] std::uint64_t tasks() const noexcept;
  [[nodiscard]] std::uint64_t callbacks() const noexcept;
  [[nodiscard]] std::uint64_t pieces() const noexcept;
};

inline constexpr Work kPieceWork{300};
/// Longer than a sleeper's CPU is kept from falling asleep, too, as it is between requests.
inline constexpr Work kForkWork{400'000};

/// Once on real threads.
Measurement run_on_threads(const Probe& probe);

/// Once in virtual time. The code of the probe itself takes none.
Measurement run_in_virtual_time(const Probe& probe, const CostModel& costs);

}  // namespace loopsteal
