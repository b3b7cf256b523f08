// Dialects of scripted programs, for operations that asyncio and Tokio define differently.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "sched/asyncio/event.hpp"
#include "sched/asyncio/queue.hpp"
#include "sched/asyncio/semaphore.hpp"
#include "sched/asyncio/task_group.hpp"

namespace loopsteal::script {

/// asyncio: cancellation goes down to the awaited future; queues and semaphores wake a waiter, and
/// another task may overtake it. tokio_1_24: cancel is JoinHandle::abort(), an event is a flag and
/// a Notify, queues are mpsc channels, permits are handed over, operations spend a budget, and the
/// trace ends with the main task.
enum class Words : std::uint8_t { asyncio, tokio_1_24 };

/// Tokio's Semaphore (tokio: sync/batch_semaphore.rs): a returned permit goes to the task that has
/// waited longest, so no later task overtakes it.
class FairSemaphore {
 public:
  FairSemaphore(asyncio::Loop& loop, std::uint64_t permits) noexcept
      : loop_(loop), permits_(permits) {}

  asyncio::Coroutine<void> acquire() {
    if (permits_ > 0) {
      --permits_;
      co_return;
    }
    const asyncio::Future<void> waiter = asyncio::create_future(loop_);
    try {
      co_await asyncio::detail::wait_among(waiters_, waiter);
    } catch (...) {
      if (waiter.done() && !waiter.cancelled()) release();  // The waiter is ending.
      throw;
    }
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

/// Tokio's cooperative budget (tokio: runtime/coop.rs). An operation waits for the task's next turn
/// if the budget is used up, and spends one unit when it completes. Waiting costs nothing.
class Budget {
 public:
  explicit Budget(asyncio::Loop& loop) noexcept : loop_(loop) {}

  asyncio::Coroutine<void> proceed() const {
    while (!loop_.scheduler().has_budget())
      co_await asyncio::detail::BareYield(loop_, ReadyCause::out_of_budget);
  }
  void spend() const noexcept { loop_.scheduler().spend_budget(); }

  /// Runs `operation`, which waits once at most and then owns what it waited for.
  asyncio::Coroutine<void> spent_by(asyncio::Coroutine<void> operation) const {
    co_await proceed();
    std::exception_ptr error;
    try {
      co_await std::move(operation);
    } catch (...) {
      error = std::current_exception();
    }
    asyncio::detail::TaskIdentity& task = co_await asyncio::this_task();
    if (!task.aborted) {  // An aborted task has no budget to check.
      co_await proceed();
      spend();
    }
    if (error) std::rethrow_exception(error);
  }

 private:
  asyncio::Loop& loop_;
};

/// Tokio's mpsc channel (tokio: sync/mpsc): a list, and a permit for each place in it. It has one
/// consumer.
class Channel {
 public:
  Channel(asyncio::Loop& loop, std::size_t max_size) noexcept
      : loop_(loop), budget_(loop), bounded_(max_size != 0), places_(loop, max_size) {}

  asyncio::Coroutine<void> put(std::string value) {
    if (bounded_) co_await budget_.spent_by(places_.acquire());
    values_.push_back(std::move(value));
    if (consumer_ && !consumer_->done()) consumer_->set_result();
  }

  asyncio::Coroutine<std::string> get() {
    co_await budget_.proceed();
    while (values_.empty()) {
      const asyncio::Future<void> wait = consumer_.emplace(asyncio::create_future(loop_));
      co_await wait;
      co_await budget_.proceed();
    }
    budget_.spend();
    std::string value = std::move(values_.front());
    values_.pop_front();
    if (bounded_) places_.release();
    co_return value;
  }

 private:
  asyncio::Loop& loop_;
  const Budget budget_;
  const bool bounded_;
  FairSemaphore places_;
  std::deque<std::string> values_;
  std::optional<asyncio::Future<void>> consumer_;
};

/// A flag and Tokio's Notify (tokio: sync/notify.rs, notify_waiters; util/wake_list.rs): it wakes
/// the 32 longest waiters at a time, the latest of them first.
class NotifyingFlag {
 public:
  explicit NotifyingFlag(asyncio::Loop& loop) noexcept : loop_(loop) {}

  void set() {
    set_ = true;
    while (!waiters_.empty()) {
      constexpr std::size_t kWakers = 32;
      const std::size_t count = std::min(waiters_.size(), kWakers);
      for (std::size_t i = count; i-- > 0;)
        if (!waiters_[i].done()) waiters_[i].set_result();
      waiters_.erase(waiters_.begin(), waiters_.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
  void clear() noexcept { set_ = false; }

  asyncio::Coroutine<void> wait() {
    if (set_) co_return;
    co_await asyncio::detail::wait_among(waiters_, asyncio::create_future(loop_));
  }

 private:
  asyncio::Loop& loop_;
  bool set_ = false;
  asyncio::detail::Waiters waiters_;
};

using AnyEvent = std::variant<asyncio::Event, NotifyingFlag>;
using AnySemaphore = std::variant<asyncio::Semaphore, FairSemaphore>;

using AnyQueue = std::variant<asyncio::Queue<std::string>, Channel>;

}  // namespace loopsteal::script
