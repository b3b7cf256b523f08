// One worker of a simulated machine: what it does at present, and its account of time.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/atomics.hpp"
#include "sched/core/job.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/measurement.hpp"
#include "sched/machine/sim/virtual_time.hpp"

namespace loopsteal {

/// What every turn touches lies together, and on the line of memory at which it begins.
struct alignas(kCacheLineBytes) VirtualCpu {
  enum class State : std::uint8_t {
    stepping,   ///< Its next event is its next step.
    beginning,  ///< The step's cost has to pass before `job` runs.
    computing,  ///< Held by `job`, which goes on at the next event.
    parked,     ///< Asleep; its event, if any, is its deadline.
    waking,     ///< Asleep, and on its way to its next step.
    gone,       ///< Has left the run.
  };

  /// Up to the operations that jobs with timers have, and event loops.
  static constexpr std::size_t kHotBytes = 3 * kCacheLineBytes;

  State state = State::stepping;
  bool token = false;      ///< Unparked while it was not asleep: its next park returns.
  bool in_driver = false;  ///< While parked: finished I/O wakes it.
  bool ran_since_wake = true;
  Job* job = nullptr;
  TimePoint parked_since{};
  TimePoint asleep_since{};  ///< From when on it has to be woken; it watched for that before.
  /// Busy is what jobs computed, the cost of steps that ran one, and of what jobs asked for.
  WorkerStats stats;

  /// While parked: when an event at `t` wakes it, and whether it is awake then, still watching.
  [[nodiscard]] TimePoint woken_at(TimePoint t) const noexcept { return std::max(t, parked_since); }
  [[nodiscard]] bool watches(TimePoint t) const noexcept { return woken_at(t) < asleep_since; }
  /// Its next step if another wakes it at `t`.
  [[nodiscard]] TimePoint up_after(TimePoint t, VirtualTime& time) const noexcept {
    const TimePoint woken = woken_at(t);
    return watches(t) ? woken : time.after(woken, time.wake_up(woken - asleep_since));
  }
  /// Its next step if a deadline or finished I/O wakes it. One that had passed before it parked it
  /// need not wait for.
  [[nodiscard]] TimePoint up_at(TimePoint deadline, VirtualTime& time) const noexcept {
    if (deadline <= parked_since || watches(deadline)) return woken_at(deadline);
    return time.after(deadline, time.timer_wake_up(deadline - asleep_since));
  }
  /// It leaves its park at `now`.
  void count_park(TimePoint now) noexcept {
    const TimePoint awake_until = std::min(now, asleep_since);
    stats.searching += awake_until - parked_since;
    stats.parked += now - awake_until;
  }

  /// Time passes differently for every worker, and none may be lost: busy, searching and parked
  /// make up the time from the beginning of the run to the worker's leave.
  [[nodiscard]] bool balanced(Duration elapsed) const noexcept {
    return stats.busy + stats.searching + stats.parked == elapsed;
  }
};

/// Between runs, after one that broke off: appends the jobs that workers had taken and that had not
/// begun.
inline void take_unbegun(std::vector<VirtualCpu>& cpus, JobQueue& left) noexcept {
  for (VirtualCpu& cpu : cpus) {
    if (cpu.state == VirtualCpu::State::beginning) left.push_back(*cpu.job);
    cpu.state = VirtualCpu::State::gone;
  }
}

}  // namespace loopsteal
