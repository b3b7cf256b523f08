// Nodes that a suspended coroutine leaves with its scheduler while it waits for a time, a
// completion, a descriptor or a call on the blocking pool. They are members of the awaiter, so
// waiting does not allocate.
#pragma once
#include <cstdint>

#include "sched/core/job.hpp"
#include "sched/core/sync/cancel.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Part common to all waits: the waiting job, and its task's cancellation state.
struct Suspension {
  Job* job = nullptr;
  const TaskControl* control = nullptr;  ///< Null for a task that cannot be cancelled.

  /// Call under the lock that cancel() of the same wait takes; see cancel.hpp.
  [[nodiscard]] bool abandoned() const noexcept {
    return control != nullptr && control->cancel_pending();
  }
};

/// A wait for a time. The scheduler writes `slot` and `owner`, under its own lock.
struct Timer : Suspension {
  static constexpr std::uint32_t kUnarmed = UINT32_MAX;

  TimePoint deadline{};
  std::uint32_t slot = kUnarmed;
  WorkerId owner = kNoWorker;  ///< The timer queue of the scheduler that holds it.
};

enum class Direction : std::uint8_t { read, write };

/// A wait for a descriptor. At most one for each descriptor and direction at a time.
struct DescriptorWait : Suspension {
  int descriptor = -1;
  Direction direction = Direction::read;
  int error = 0;       ///< errno of a watch() that failed.
  bool armed = false;  ///< Written by the scheduler, under its own lock.
};

/// A wait for a time by a coroutine that continues outside the workers, where clients are. The
/// scheduler links it.
struct OutsideWait {
  Job* job = nullptr;
  TimePoint deadline{};
  OutsideWait* next = nullptr;
  int error = 0;  ///< errno if there is no thread outside; the coroutine continues at once.
};

/// A call for the blocking pool. `invoke` runs there, once, and must not throw; `duration` is its
/// length in virtual time.
struct BlockingCall {
  Job* job = nullptr;
  void (*invoke)(BlockingCall&) noexcept = nullptr;
  Duration duration{};
  BlockingCall* next = nullptr;  ///< Link of the pool's queue.
  int error = 0;                 ///< errno if the pool has no thread; the call was not made.
};

}  // namespace loopsteal
