// A limit of time for part of a task (CPython 3.11: Lib/asyncio/timeouts.py).
#pragma once
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "sched/asyncio/errors.hpp"
#include "sched/asyncio/handle.hpp"
#include "sched/asyncio/task.hpp"

namespace loopsteal::asyncio {

namespace detail {

/// Cancels the task at `when`, if it has not left by then.
class Expiry {
 public:
  Expiry(Loop& loop, TaskIdentity& task, TimePoint when) : task_(task) {
    const auto expire = [this] {
      task_.future.cancel();
      expired_ = true;
    };
    timer_ = when <= loop.time() ? call_soon(loop, expire) : call_at(loop, when, expire);
  }
  Expiry(const Expiry&) = delete;
  Expiry& operator=(const Expiry&) = delete;
  ~Expiry() { timer_.cancel(); }

  /// True: the time was up, and nobody else has asked the task to end.
  [[nodiscard]] bool leave() noexcept {
    timer_.cancel();
    return expired_ && task_.uncancel() == 0;
  }

 private:
  TaskIdentity& task_;
  Handle timer_;
  bool expired_ = false;
};

}  // namespace detail

/// Runs `body` in the calling task, as `async with asyncio.timeout_at(when)` does: at `when` the
/// task is cancelled, and if that is what ends the body, TimeoutError is thrown instead.
template <class T>
Coroutine<T> timeout_at(Loop& loop, TimePoint when, Coroutine<T> body) {
  detail::TaskIdentity& task = co_await detail::ThisTask();
  detail::Expiry expiry(loop, task, when);
  using Value = typename detail::FutureState<T>::Value;
  std::optional<Value> value;
  std::exception_ptr error;
  bool cancelled = false;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(body);
    } else {
      value = co_await std::move(body);
    }
  } catch (const Cancelled&) {
    cancelled = true;
    error = std::current_exception();
  } catch (...) {
    error = std::current_exception();
  }
  const bool ours = expiry.leave();
  if (ours && cancelled) throw TimeoutError();
  if (error) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<T>) co_return *std::move(value);
}

/// timeout_at(), from now on.
template <class T>
Coroutine<T> timeout(Loop& loop, Duration delay, Coroutine<T> body) {
  return timeout_at(loop, later(loop.time(), delay), std::move(body));
}

}  // namespace loopsteal::asyncio
