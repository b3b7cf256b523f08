// A lock of a loop (CPython 3.11: Lib/asyncio/locks.py, Lock).
#pragma once
#include <stdexcept>

#include "sched/asyncio/waiters.hpp"

namespace loopsteal::asyncio {

/// Tasks take it in turn. Nobody owns it: any task may release it. It outlives them.
class Lock {
 public:
  explicit Lock(Loop& loop) noexcept : loop_(loop) {}

  [[nodiscard]] bool locked() const noexcept { return locked_; }

  /// Takes it at once only if it is free and nobody waits: whoever was woken comes first.
  Coroutine<void> acquire() {
    if (!locked_ && detail::all_cancelled(waiters_)) {
      locked_ = true;
      co_return;
    }
    try {
      co_await detail::wait_among(waiters_, create_future(loop_));
    } catch (const Cancelled&) {
      if (!locked_) wake_up_first();  // It may have been woken itself.
      throw;
    }
    locked_ = true;
  }

  /// Throws std::runtime_error if it is free.
  void release() {
    if (!locked_) throw std::runtime_error("Lock is not acquired.");
    locked_ = false;
    wake_up_first();
  }

 private:
  void wake_up_first() {
    if (!waiters_.empty() && !waiters_.front().done()) waiters_.front().set_result();
  }

  Loop& loop_;
  bool locked_ = false;
  detail::Waiters waiters_;
};

}  // namespace loopsteal::asyncio
