// An event that tasks wait for (asyncio.Event).
#pragma once
#include <mutex>

#include "sched/core/sync/wait_list.hpp"

namespace loopsteal {

/// A flag: wait() returns once it is set. All members from any thread.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  /// Sets the flag and wakes all waiters, in the order in which they came.
  void set() noexcept {
    detail::Waiter* waiters;
    {
      const std::lock_guard lock(mutex_);
      set_ = true;
      waiters = waiters_.take_all();
    }
    detail::WaitList::wake_all(waiters);
  }

  void clear() noexcept {
    const std::lock_guard lock(mutex_);
    set_ = false;
  }

  [[nodiscard]] bool is_set() const noexcept {
    const std::lock_guard lock(mutex_);
    return set_;
  }

  class Awaiter final : public detail::ListAwaiter<Awaiter> {
   public:
    explicit Awaiter(Event& event) noexcept : event_(event) {}
    [[nodiscard]] std::mutex& mutex() const noexcept { return event_.mutex_; }
    [[nodiscard]] bool acquire() const noexcept { return event_.set_; }
    [[nodiscard]] detail::WaitList& list() const noexcept { return event_.waiters_; }
    void give_back() const noexcept {}

   private:
    Event& event_;
  };

  /// `co_await event.wait();` Cancellable.
  [[nodiscard]] Awaiter wait() noexcept { return Awaiter(*this); }

 private:
  mutable std::mutex mutex_;  // Held for a few lines, never while a task is woken.
  bool set_ = false;
  detail::WaitList waiters_;
};

}  // namespace loopsteal
