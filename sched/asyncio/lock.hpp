// A lock of a loop (CPython 3.11: Lib/asyncio/locks.py, Lock).
#pragma once
#include <exception>
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
    const Future<void> waiter = waiters_.emplace_back(create_future(loop_));
    std::exception_ptr error;
    try {
      co_await waiter;
    } catch (const Cancelled&) {
      error = std::current_exception();
    }
    detail::remove(waiters_, waiter);
    if (error) {
      if (!locked_) wake_up_first();  // It may have been woken itself.
      std::rethrow_exception(error);
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
