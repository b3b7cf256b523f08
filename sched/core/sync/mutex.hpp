// A lock that tasks wait for without occupying a worker (asyncio.Lock, tokio::sync::Mutex).
#pragma once
#include "sched/core/sync/semaphore.hpp"

namespace loopsteal {

/// A fair lock: a semaphore of one permit. It may be unlocked by another task or thread than the
/// one that locked it. Not to be confused with a policy's Machine::Mutex, which blocks its worker.
class Mutex {
 public:
  /// `co_await mutex.lock();` Cancellable.
  [[nodiscard]] Semaphore::Awaiter lock() noexcept { return permit_.acquire(); }
  [[nodiscard]] bool try_lock() noexcept { return permit_.try_acquire(); }

  /// Hands the lock to the first waiter.
  void unlock() noexcept { permit_.release(); }

 private:
  Semaphore permit_{1};
};

}  // namespace loopsteal
