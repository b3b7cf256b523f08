// Time that passes on a worker without work: the stall of Tokio's benchmarks.
#pragma once
#include <cstdint>
#include <thread>

#include "sched/core/scheduler.hpp"

namespace loopsteal {

/// Activity of a busy task while it stalls. In virtual time both kinds are the same, since each
/// worker has a CPU of its own.
enum class StallBy : std::uint8_t {
  work,   ///< Burns CPU time, as compute() does.
  clock,  ///< Waits for the clock and offers its CPU to other threads meanwhile, as Tokio's
          ///< benchmark does; this matters with more threads than CPUs.
};

/// StallBy::clock on real threads. Blocks the calling worker.
inline void stall_by_clock(const Scheduler& scheduler, Duration duration) noexcept {
  const TimePoint end = later(scheduler.now(), duration);
  while (scheduler.now() < end) std::this_thread::yield();
}

}  // namespace loopsteal
