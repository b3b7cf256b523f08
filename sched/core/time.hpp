// Time for schedulers and workloads: integer nanoseconds of a clock that this code cannot read.
// Only machines know the time, so the same code runs in real and in virtual time.
#pragma once
#include <chrono>
#include <cstdint>

namespace loopsteal {

/// Clock of a scheduler. It has no now() on purpose: call Scheduler::now().
struct SchedClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<SchedClock>;
  static constexpr bool is_steady = true;
};

using Duration = SchedClock::duration;
using TimePoint = SchedClock::time_point;

/// "Never", as a deadline.
inline constexpr TimePoint kForever = TimePoint::max();

/// `t` plus `d`, but no later than "never".
[[nodiscard]] constexpr TimePoint later(TimePoint t, Duration d) noexcept {
  return d > Duration::zero() && d > kForever - t ? kForever : t + d;
}

/// An amount of CPU work: the nanoseconds that the reference core needs for it. Real threads burn
/// it in a calibrated loop, so a preempted thread still has to do all of it.
struct Work {
  std::int64_t ns = 0;

  static constexpr Work of(Duration duration) noexcept { return {duration.count()}; }
  [[nodiscard]] constexpr Duration duration() const noexcept { return Duration(ns); }
};

}  // namespace loopsteal
