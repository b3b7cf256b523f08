// Waiting for one future with a limit of time (CPython 3.11: Lib/asyncio/tasks.py, wait_for). From
// 3.12 on it is timeout() around the await, and costs other iterations.
#pragma once
#include <exception>
#include <utility>

#include "sched/asyncio/errors.hpp"
#include "sched/asyncio/sleep.hpp"
#include "sched/asyncio/task.hpp"

namespace loopsteal::asyncio {

namespace detail {

/// Cancels `future` and waits until it is done, whatever comes of it.
template <class T>
Coroutine<void> cancel_and_wait(Loop& loop, Future<T> future) {
  const Future<void> waiter = create_future(loop);
  DoneCallback* const callback = add_done_callback(future, SetIfPending{waiter});
  future.cancel();
  std::exception_ptr error;
  try {
    co_await waiter;
  } catch (...) {
    error = std::current_exception();
  }
  remove_done_callback(future, callback);
  if (error) std::rethrow_exception(error);
}

template <class T>
T result_or_timeout(const Future<T>& future) {
  try {
    return future.result();
  } catch (const Cancelled&) {
    throw TimeoutError();
  }
}

/// A coroutine becomes a task when the wait begins, not when it is asked for.
template <class T, class Awaitable>
Coroutine<T> wait_within(Loop& loop, Awaitable awaitable, Duration limit) {
  const Future<T> future = ensure_future(loop, std::move(awaitable));
  if (limit <= Duration::zero()) {
    if (!future.done()) {
      co_await cancel_and_wait(loop, future);
      co_return result_or_timeout(future);
    }
    co_return future.result();
  }
  const Future<void> waiter = create_future(loop);
  const CancelAtEnd timer(call_later(loop, limit, SetIfPending{waiter}));
  DoneCallback* const callback = add_done_callback(future, SetIfPending{waiter});
  std::exception_ptr cancelled;
  try {
    co_await waiter;
  } catch (const Cancelled&) {
    cancelled = std::current_exception();
  }
  if (future.done()) co_return future.result();
  remove_done_callback(future, callback);
  co_await cancel_and_wait(loop, future);
  if (cancelled) std::rethrow_exception(cancelled);
  co_return result_or_timeout(future);
}

}  // namespace detail

/// The result of `future`; after `limit` it is cancelled, waited for, and TimeoutError thrown,
/// unless it gives a result or an error even so. Cancelling the caller cancels it, too.
template <class T>
Coroutine<T> wait_for(Loop& loop, Future<T> future, Duration limit) {
  return detail::wait_within<T>(loop, std::move(future), limit);
}

/// The same for a coroutine, which becomes a task.
template <class T>
Coroutine<T> wait_for(Loop& loop, Coroutine<T> coroutine, Duration limit) {
  return detail::wait_within<T>(loop, std::move(coroutine), limit);
}

}  // namespace loopsteal::asyncio
