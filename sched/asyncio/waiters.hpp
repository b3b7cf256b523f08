// Those who wait for something, each for a future of its own, in the order in which they came.
#pragma once
#include <algorithm>
#include <deque>
#include <exception>

#include "sched/asyncio/future.hpp"

namespace loopsteal::asyncio::detail {

using Waiters = std::deque<Future<void>>;

/// Python's deque.remove(), for one that may have gone already.
inline void remove(Waiters& waiters, const Future<void>& waiter) {
  const auto place = std::ranges::find(waiters, waiter);
  if (place != waiters.end()) waiters.erase(place);
}

/// Waits for `waiter` behind those who are there. However the wait ends, it has left them then.
inline Coroutine<void> wait_among(Waiters& waiters, Future<void> waiter) {
  waiters.push_back(waiter);
  std::exception_ptr error;
  try {
    co_await waiter;
  } catch (...) {
    error = std::current_exception();
  }
  remove(waiters, waiter);
  if (error) std::rethrow_exception(error);
}

[[nodiscard]] inline bool all_cancelled(const Waiters& waiters) noexcept {
  return std::ranges::all_of(waiters, [](const Future<void>& w) { return w.cancelled(); });
}

/// The first that does not know it yet; null if there is none.
[[nodiscard]] inline const Future<void>* first_pending(const Waiters& waiters) noexcept {
  const auto place =
      std::ranges::find_if(waiters, [](const Future<void>& waiter) { return !waiter.done(); });
  return place == waiters.end() ? nullptr : &*place;
}

}  // namespace loopsteal::asyncio::detail
