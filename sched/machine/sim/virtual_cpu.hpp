// One worker of a simulated machine: what it does at present, and its account of time.
#pragma once
#include <cstdint>

#include "sched/core/job.hpp"
#include "sched/core/measurement.hpp"

namespace loopsteal {

struct VirtualCpu {
  enum class State : std::uint8_t {
    stepping,   ///< Its next event is its next step.
    beginning,  ///< The step's cost has to pass before `job` runs.
    computing,  ///< Held by `job`, which goes on at the next event.
    parked,     ///< Asleep; its event, if any, is its deadline.
    waking,     ///< Asleep, and on its way to its next step.
    gone,       ///< Has left the run.
  };

  State state = State::stepping;
  bool token = false;      ///< Unparked while it was not asleep: its next park returns.
  bool in_driver = false;  ///< While parked: finished I/O wakes it.
  bool ran_since_wake = true;
  Job* job = nullptr;
  TimePoint parked_since{};
  WorkerStats stats;    ///< busy is what jobs computed; see settle().
  Duration overhead{};  ///< Costs of steps that ran a job, and of what jobs asked for.

  /// Time passes differently for every worker, and none may be lost: busy (with overhead),
  /// searching and parked make up the time from the beginning of the run to the worker's leave.
  [[nodiscard]] bool settle(Duration elapsed) noexcept {
    stats.busy += overhead;
    return stats.busy + stats.searching + stats.parked == elapsed;
  }
};

}  // namespace loopsteal
