// In whose words a scripted program speaks where asyncio and Tokio mean different things.
#pragma once
#include <cstdint>
#include <deque>
#include <exception>
#include <utility>
#include <variant>

#include "sched/asyncio/queue.hpp"
#include "sched/asyncio/semaphore.hpp"

namespace loopsteal::script {

/// asyncio: cancelling goes down to what is awaited; queues and semaphores wake whoever waits, and
/// another task may be faster. tokio: cancel is JoinHandle::abort(), queues are mpsc channels, and
/// permits are handed over; the trace ends with the main task.
enum class Words : std::uint8_t { asyncio, tokio };

/// Tokio's Semaphore (tokio: sync/batch_semaphore.rs): a permit that comes back goes to whoever has
/// waited longest, so that nobody who comes later is faster.
class FairSemaphore {
 public:
  FairSemaphore(asyncio::Loop& loop, std::uint64_t permits) noexcept
      : loop_(loop), permits_(permits) {}

  asyncio::Coroutine<void> acquire() {
    if (permits_ > 0) {
      --permits_;
      co_return;
    }
    const asyncio::Future<void> waiter = waiters_.emplace_back(asyncio::create_future(loop_));
    std::exception_ptr error;
    try {
      co_await waiter;
    } catch (...) {
      error = std::current_exception();
    }
    if (!error) co_return;
    asyncio::detail::remove(waiters_, waiter);
    if (waiter.done() && !waiter.cancelled()) release();  // It was handed to one that is ending.
    std::rethrow_exception(error);
  }

  void release() {
    while (!waiters_.empty()) {
      const asyncio::Future<void> waiter = std::move(waiters_.front());
      waiters_.pop_front();
      if (waiter.done()) continue;
      waiter.set_result();
      return;
    }
    ++permits_;
  }

 private:
  asyncio::Loop& loop_;
  std::uint64_t permits_;
  asyncio::detail::Waiters waiters_;
};

/// Tokio's mpsc channel: a permit for each place in it, and a queue without end behind them.
template <class T>
class PermitQueue {
 public:
  PermitQueue(asyncio::Loop& loop, std::size_t max_size) noexcept
      : bounded_(max_size != 0), places_(loop, max_size), values_(loop) {}

  asyncio::Coroutine<void> put(T value) {
    if (bounded_) co_await places_.acquire();
    co_await values_.put(std::move(value));
  }
  asyncio::Coroutine<T> get() {
    T value = co_await values_.get();
    if (bounded_) places_.release();
    co_return value;
  }

 private:
  const bool bounded_;
  FairSemaphore places_;
  asyncio::Queue<T> values_;
};

using AnySemaphore = std::variant<asyncio::Semaphore, FairSemaphore>;

template <class T>
using AnyQueue = std::variant<asyncio::Queue<T>, PermitQueue<T>>;

}  // namespace loopsteal::script
