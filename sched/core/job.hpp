// The unit that schedulers queue.
#pragma once
#include <coroutine>
#include <cstdint>
#include <limits>

#include "sched/core/time.hpp"

namespace loopsteal {

using WorkerId = std::uint32_t;
inline constexpr WorkerId kNoWorker = std::numeric_limits<WorkerId>::max();

/// Which shard a task belongs to; kNoKey where it belongs to none.
using AffinityKey = std::uint32_t;
inline constexpr AffinityKey kNoKey = std::numeric_limits<AffinityKey>::max();

/// Why a job became ready. Policies choose a queue by it; traces show it.
/// out_of_budget: it may go on at once, but has used up its budget (Scheduler::has_budget()).
enum class ReadyCause : std::uint8_t {
  spawned,
  woken,
  yielded,
  timer,
  io,
  unblocked,
  out_of_budget
};

/// One suspended coroutine that waits to run.
///
/// A Job lives in its coroutine's promise, so making work ready never allocates. It is in at most
/// one queue at a time. Whoever dequeues it runs it exactly once. Whoever pushes it must not touch
/// it afterwards: by then it may be queued again, running on another worker, or destroyed.
struct Job {
  std::coroutine_handle<> coroutine;
  WorkerId home = kNoWorker;  ///< The loop its task was placed on; elsewhere unused.
  AffinityKey key = kNoKey;   ///< The shard its task belongs to; a sharding policy obeys it.

  // Meaningless, and so not set, until somebody makes the job ready, pushes or observes it.
  Job* next;           ///< Link of whichever queue holds the job.
  TimePoint ready_at;  ///< Written only by observers that measure delay.
  WorkerId ready_on;   ///< The worker that made it ready: tells local from moved.
  ReadyCause cause;

  Job() noexcept {}  // NOLINT(cppcoreguidelines-pro-type-member-init): see above.
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
};

}  // namespace loopsteal
