// A queue of a loop (CPython 3.11: Lib/asyncio/queues.py, Queue).
#pragma once
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <utility>

#include "sched/asyncio/event.hpp"
#include "sched/asyncio/waiters.hpp"

namespace loopsteal::asyncio {

/// put_nowait() found no place.
class QueueFull : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// get_nowait() found no value.
class QueueEmpty : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// First in, first out. Whoever is woken looks again, and waits again if another was faster. It
/// outlives its users.
template <class T>
class Queue {
 public:
  /// `max_size` 0: it is never full.
  explicit Queue(Loop& loop, std::size_t max_size = 0) noexcept
      : loop_(loop), max_size_(max_size), finished_(loop) {
    finished_.set();
  }

  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] bool full() const noexcept { return max_size_ != 0 && values_.size() >= max_size_; }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

  Coroutine<void> put(T value) {
    while (full()) co_await wait_in(putters_, &Queue::full);
    put_nowait(std::move(value));
  }

  Coroutine<T> get() {
    while (empty()) co_await wait_in(getters_, &Queue::empty);
    co_return get_nowait();
  }

  /// Throws QueueFull.
  void put_nowait(T value) {
    if (full()) throw QueueFull("the queue is full; put() waits for a place in it");
    values_.push_back(std::move(value));
    ++unfinished_;
    finished_.clear();
    wake_up_next(getters_);
  }

  /// Throws QueueEmpty.
  T get_nowait() {
    if (empty()) throw QueueEmpty("the queue is empty; get() waits for a value");
    T value = std::move(values_.front());
    values_.pop_front();
    wake_up_next(putters_);
    return value;
  }

  /// What was got is dealt with. Throws std::logic_error if that was said of all that was put.
  void task_done() {
    if (unfinished_ == 0) throw std::logic_error("task_done() came more often than put()");
    if (--unfinished_ == 0) finished_.set();
  }

  /// Waits until task_done() has come as often as put().
  Coroutine<void> join() {
    if (unfinished_ > 0) co_await finished_.wait();
  }

 private:
  /// One wait, until woken. Cancelled after it was woken, the next one is told if `hindered` does
  /// not hold any more.
  Coroutine<void> wait_in(detail::Waiters& waiters, bool (Queue::*hindered)() const noexcept) {
    const Future<void> waiter = create_future(loop_);
    try {
      co_await detail::wait_among(waiters, waiter);
    } catch (...) {
      waiter.cancel();
      if (!(this->*hindered)() && !waiter.cancelled()) wake_up_next(waiters);
      throw;
    }
  }

  /// Those who are done already are passed over for good.
  static void wake_up_next(detail::Waiters& waiters) {
    while (!waiters.empty()) {
      const Future<void> waiter = std::move(waiters.front());
      waiters.pop_front();
      if (waiter.done()) continue;
      waiter.set_result();
      return;
    }
  }

  Loop& loop_;
  const std::size_t max_size_;
  std::deque<T> values_;
  std::size_t unfinished_ = 0;
  Event finished_;
  detail::Waiters getters_;
  detail::Waiters putters_;
};

}  // namespace loopsteal::asyncio
