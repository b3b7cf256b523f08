// A semaphore of a loop (CPython 3.11: Lib/asyncio/locks.py, Semaphore).
#pragma once
#include <cstdint>

#include "sched/asyncio/waiters.hpp"

namespace loopsteal::asyncio {

/// Permits, not bounded above: release() may come more often than acquire(). It outlives its users.
class Semaphore {
 public:
  Semaphore(Loop& loop, std::uint64_t permits) noexcept : loop_(loop), permits_(permits) {}

  /// Whether acquire() would wait: also while somebody waits who has not been cancelled.
  [[nodiscard]] bool locked() const noexcept {
    return permits_ == 0 || !detail::all_cancelled(waiters_);
  }

  Coroutine<void> acquire() {
    if (!locked()) {
      --permits_;
      co_return;
    }
    const Future<void> waiter = create_future(loop_);
    try {
      co_await detail::wait_among(waiters_, waiter);
    } catch (const Cancelled&) {
      if (!waiter.cancelled()) {  // A permit had been handed to it.
        ++permits_;
        wake_up_next();
      }
      throw;
    }
    if (permits_ > 0) wake_up_next();
  }

  void release() {
    ++permits_;
    wake_up_next();
  }

 private:
  void wake_up_next() {
    const Future<void>* const waiter = detail::first_pending(waiters_);
    if (waiter == nullptr) return;
    --permits_;
    waiter->set_result();
  }

  Loop& loop_;
  std::uint64_t permits_;
  detail::Waiters waiters_;
};

}  // namespace loopsteal::asyncio
