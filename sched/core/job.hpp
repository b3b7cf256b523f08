// The unit that schedulers queue.
#pragma once
#include <coroutine>
#include <cstdint>
#include <limits>

#include "sched/core/time.hpp"

namespace loopsteal {

using WorkerId = std::uint32_t;
inline constexpr WorkerId kNoWorker = std::numeric_limits<WorkerId>::max();

/// Shard of a task; kNoKey if it belongs to none.
using AffinityKey = std::uint32_t;
inline constexpr AffinityKey kNoKey = std::numeric_limits<AffinityKey>::max();

/// Reason why a job became ready. Policies choose a queue by it; traces show it. out_of_budget: the
/// job could continue, but has used up its budget (Scheduler::has_budget()).
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
/// A Job is a member of its coroutine's promise, so making work ready never allocates. It is in at
/// most one queue at a time. The worker that dequeues it runs it exactly once. The caller that
/// pushes it must not touch it afterwards: it may be queued again, running on another worker, or
/// destroyed.
struct Job {
  std::coroutine_handle<> coroutine;
  WorkerId home = kNoWorker;  ///< The loop its task was placed on; unused by other policies.
  AffinityKey key = kNoKey;   ///< The shard its task belongs to; a sharding policy obeys it.

  // Undefined, and so not initialised, until the job is made ready, pushed or observed.
  Job* next;           ///< Link of the queue that holds the job.
  TimePoint ready_at;  ///< Written only by observers that measure delay.
  WorkerId ready_on;   ///< The worker that made it ready: tells local from moved.
  ReadyCause cause;

  Job() noexcept {}  // NOLINT(cppcoreguidelines-pro-type-member-init): see above.
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
};

}  // namespace loopsteal
