// Time that passes on a worker which does nothing with it: the stall of Tokio's benches.
#pragma once
#include <cstdint>
#include <thread>

#include "sched/core/scheduler.hpp"

namespace loopsteal {

/// What a busy task does for as long as it stalls. In virtual time both are the same, since there
/// each worker has a CPU of its own.
enum class StallBy : std::uint8_t {
  work,   ///< It burns so much CPU time, as compute() does.
  clock,  ///< It waits for the clock and offers its CPU to other threads meanwhile, as Tokio's
          ///< bench does; that matters where there are more threads than CPUs.
};

/// StallBy::clock, where time is real. Holds the calling worker.
inline void stall_by_clock(const Scheduler& scheduler, Duration duration) noexcept {
  const TimePoint end = later(scheduler.now(), duration);
  while (scheduler.now() < end) std::this_thread::yield();
}

}  // namespace loopsteal
