// One worker of a simulated machine: its state and its account of time.
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

/// Members that every turn uses are contiguous, from the beginning of a cache line.
struct alignas(kCacheLineBytes) VirtualCpu {
  enum class State : std::uint8_t {
    stepping,   ///< Its next event is its next step.
    beginning,  ///< `job` runs when the step's cost has passed.
    computing,  ///< Occupied by `job`, which continues at the next event.
    parked,     ///< Asleep; its event, if any, is its deadline.
    waking,     ///< Asleep, and waking up to its next step.
    gone,       ///< Has left the run.
  };

  /// Includes the operations of event loops and of jobs with timers.
  static constexpr std::size_t kHotBytes = 3 * kCacheLineBytes;

  State state = State::stepping;
  bool token = false;      ///< Unparked while it was not asleep: its next park returns at once.
  bool in_driver = false;  ///< While parked: finished I/O wakes it.
  bool ran_since_wake = true;
  Job* job = nullptr;
  TimePoint parked_since{};
  TimePoint asleep_since{};  ///< From then on it has to be woken; before, it only watches.
  /// Busy time is computing of jobs, and the cost of steps that ran one and of jobs' requests.
  WorkerStats stats;

  /// While parked: time at which an event at `t` wakes it, and whether it is still watching then.
  [[nodiscard]] TimePoint woken_at(TimePoint t) const noexcept { return std::max(t, parked_since); }
  [[nodiscard]] bool watches(TimePoint t) const noexcept { return woken_at(t) < asleep_since; }
  /// Its next step if another worker wakes it at `t`.
  [[nodiscard]] TimePoint up_after(TimePoint t, VirtualTime& time) const noexcept {
    const TimePoint woken = woken_at(t);
    return watches(t) ? woken : time.after(woken, time.wake_up(woken - asleep_since));
  }
  /// Its next step if a deadline or finished I/O wakes it. It need not wait for one that had passed
  /// before it parked.
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

  /// True if no time is lost: busy, searching and parked time make up the time from the beginning
  /// of the run to when the worker leaves.
  [[nodiscard]] bool balanced(Duration elapsed) const noexcept {
    return stats.busy + stats.searching + stats.parked == elapsed;
  }
};

/// Call between runs, after an aborted one: appends the jobs that workers had taken and not begun.
inline void take_unbegun(std::vector<VirtualCpu>& cpus, JobQueue& left) noexcept {
  for (VirtualCpu& cpu : cpus) {
    if (cpu.state == VirtualCpu::State::beginning) left.push_back(*cpu.job);
    cpu.state = VirtualCpu::State::gone;
  }
}

}  // namespace loopsteal
