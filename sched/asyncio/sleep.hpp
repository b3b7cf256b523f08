// Sleeping tasks of a loop (CPython: Lib/asyncio/tasks.py, sleep).
#pragma once
#include "sched/asyncio/future.hpp"
#include "sched/asyncio/handle.hpp"
#include "sched/asyncio/task.hpp"

namespace loopsteal::asyncio {

namespace detail {

/// Cancels a callback on the way out of a coroutine, whichever way that is.
class CancelAtEnd {
 public:
  explicit CancelAtEnd(Handle handle) noexcept : handle_(std::move(handle)) {}
  CancelAtEnd(const CancelAtEnd&) = delete;
  CancelAtEnd& operator=(const CancelAtEnd&) = delete;
  ~CancelAtEnd() { handle_.cancel(); }

 private:
  Handle handle_;
};

/// For callbacks that end a wait which may have ended otherwise.
struct SetIfPending {
  void operator()() const {
    if (!future.done()) future.set_result();
  }
  Future<void> future;
};

}  // namespace detail

/// asyncio's sleep(). With a delay of zero or less the task only lets the others go first: one
/// iteration. Otherwise a timer ends a future that the task waits for: the task resumes one
/// iteration after the one in which the timer is due.
inline Coroutine<void> sleep(Loop& loop, Duration delay) {
  if (delay <= Duration::zero()) {
    co_await detail::BareYield(loop);
    co_return;
  }
  const Future<void> future = create_future(loop);
  const detail::CancelAtEnd timer(call_later(loop, delay, detail::SetIfPending{future}));
  co_await future;
}

}  // namespace loopsteal::asyncio
