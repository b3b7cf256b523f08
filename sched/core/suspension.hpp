// What a suspended coroutine leaves with its scheduler while it waits for a time, a completion, a
// descriptor or a call on the blocking pool. These nodes live in the awaiter, so waiting does not
// allocate.
#pragma once
#include <cstdint>

#include "sched/core/cancel.hpp"
#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Common to all: whose wait it is, and whether its task was cancelled before the wait began.
struct Suspension {
  Job* job = nullptr;
  const TaskControl* control = nullptr;  ///< Null for a task that cannot be cancelled.

  /// To be asked under the lock that cancel() of the same wait takes; see cancel.hpp.
  [[nodiscard]] bool abandoned() const noexcept {
    return control != nullptr && control->cancel_pending();
  }
};

/// A wait for a time. The scheduler writes `slot` and `owner`, under its own lock.
struct Timer : Suspension {
  static constexpr std::uint32_t kUnarmed = UINT32_MAX;

  TimePoint deadline{};
  std::uint32_t slot = kUnarmed;
  WorkerId owner = kNoWorker;  ///< Which of the scheduler's timer queues holds it.
};

enum class Direction : std::uint8_t { read, write };

/// A wait for a descriptor. At most one for each descriptor and direction at a time.
struct DescriptorWait : Suspension {
  int descriptor = -1;
  Direction direction = Direction::read;
  int error = 0;       ///< errno of a watch() that failed.
  bool armed = false;  ///< The scheduler's, under its own lock.
};

/// A wait for a time by a coroutine that goes on outside the workers, where clients are. The
/// scheduler links it.
struct OutsideWait {
  Job* job = nullptr;
  TimePoint deadline{};
  OutsideWait* next = nullptr;
  int error = 0;  ///< errno if there is no thread outside; the coroutine goes on at once.
};

/// A call for the blocking pool. `invoke` runs there, once, and must not throw; `duration` is how
/// long it takes where time is virtual.
struct BlockingCall {
  Job* job = nullptr;
  void (*invoke)(BlockingCall&) noexcept = nullptr;
  Duration duration{};
  BlockingCall* next = nullptr;  ///< Link of the pool's queue.
  int error = 0;                 ///< errno if the pool has no thread; the call was not made.
};

}  // namespace loopsteal
