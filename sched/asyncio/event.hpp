// An event of a loop (CPython: Lib/asyncio/locks.py, Event).
#pragma once
#include "sched/asyncio/waiters.hpp"

namespace loopsteal::asyncio {

/// A flag that tasks wait for. It outlives them.
class Event {
 public:
  explicit Event(Loop& loop) noexcept : loop_(loop) {}

  [[nodiscard]] bool is_set() const noexcept { return set_; }

  /// Whoever waits goes on, in the order in which they came, even if clear() follows at once.
  void set() {
    if (set_) return;
    set_ = true;
    for (const Future<void>& waiter : waiters_)
      if (!waiter.done()) waiter.set_result();
  }
  void clear() noexcept { set_ = false; }

  Coroutine<void> wait() {
    if (set_) co_return;
    co_await detail::wait_among(waiters_, create_future(loop_));
  }

 private:
  Loop& loop_;
  bool set_ = false;
  detail::Waiters waiters_;
};

}  // namespace loopsteal::asyncio
