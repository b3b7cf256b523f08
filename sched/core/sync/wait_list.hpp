// Queue of tasks that wait for an event, a lock, a permit or a channel: first come, first served.
#pragma once
#include <mutex>
#include <utility>

#include "sched/core/coro/suspension.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/coro/verbs.hpp"

namespace loopsteal::detail {

/// One waiting task. A member of its awaiter; linked while it waits.
struct Waiter : Suspension {
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
  Scheduler* scheduler = nullptr;
  void* self = nullptr;  ///< The awaiter, for the code that wakes it.
  bool queued = false;
  bool granted = false;  ///< The wait succeeded; a cancellation now gives the result back.

  /// Makes the task ready. The waiter may be gone afterwards.
  void wake() noexcept { scheduler->submit(*job, ReadyCause::woken); }
};

/// Intrusive doubly-linked FIFO. Guarded by the mutex of its owner.
class WaitList {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }

  void push_back(Waiter& waiter) noexcept {
    waiter.next = nullptr;
    waiter.previous = tail_;
    (tail_ == nullptr ? head_ : tail_->next) = &waiter;
    tail_ = &waiter;
    waiter.queued = true;
  }

  [[nodiscard]] Waiter* pop_front() noexcept {
    Waiter* const waiter = head_;
    if (waiter != nullptr) remove(*waiter);
    return waiter;
  }

  void remove(Waiter& waiter) noexcept {
    (waiter.previous == nullptr ? head_ : waiter.previous->next) = waiter.next;
    (waiter.next == nullptr ? tail_ : waiter.next->previous) = waiter.previous;
    waiter.queued = false;
  }

  /// Empties the list. The caller has to wake its waiters, which are linked by `next`.
  [[nodiscard]] Waiter* take_all() noexcept {
    for (Waiter* waiter = head_; waiter != nullptr; waiter = waiter->next) waiter->queued = false;
    tail_ = nullptr;
    return std::exchange(head_, nullptr);
  }

  static void wake_all(Waiter* waiter) noexcept {
    while (waiter != nullptr) std::exchange(waiter, waiter->next)->wake();
  }

 private:
  Waiter* head_ = nullptr;
  Waiter* tail_ = nullptr;
};

/// An awaiter that waits in a WaitList. `Derived` has:
///   std::mutex& mutex();            guards the list and the awaited state
///   bool acquire();                 under the mutex: true if there is no need to wait
///   WaitList& list();
///   void give_back();               without the mutex: undoes a grant
/// A cancelled waiter is removed from the list under the same mutex (protocol: cancel.hpp).
template <class Derived>
class ListAwaiter : public ArmedWait<Waiter> {
 public:
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    if (!this->publish(self.promise())) return false;
    this->node_.scheduler = this->promise_->scheduler;
    auto& derived = static_cast<Derived&>(*this);
    const std::lock_guard lock(derived.mutex());
    if (this->node_.abandoned()) return false;
    this->node_.granted = derived.acquire();
    if (this->node_.granted) return false;
    derived.list().push_back(this->node_);
    return true;
  }

  void await_resume() {
    if (!this->end_cancelled()) return;
    if (this->node_.granted) static_cast<Derived&>(*this).give_back();
    throw Cancelled{};
  }

  bool try_cancel() noexcept override {
    auto& derived = static_cast<Derived&>(*this);
    {
      const std::lock_guard lock(derived.mutex());
      if (!this->node_.queued) return false;
      derived.list().remove(this->node_);
    }
    this->wake_cancelled();
    return true;
  }
};

}  // namespace loopsteal::detail
