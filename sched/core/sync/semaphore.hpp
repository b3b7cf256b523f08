// Permits that tasks wait for (asyncio.Semaphore, tokio::sync::Semaphore), granted in the order of
// the requests, so that no task overtakes a waiter.
#pragma once
#include <cstddef>
#include <mutex>

#include "sched/core/sync/wait_list.hpp"

namespace loopsteal {

/// A counting semaphore. All members from any thread.
class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) noexcept : permits_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Returns one permit: to the first waiter, or to the next caller that asks.
  void release() noexcept {
    detail::Waiter* waiter;
    {
      const std::lock_guard lock(mutex_);
      waiter = waiters_.pop_front();
      if (waiter == nullptr) {
        ++permits_;
        return;
      }
      waiter->granted = true;
    }
    waiter->wake();
  }

  /// Takes a permit if one is free and no task waits for it.
  [[nodiscard]] bool try_acquire() noexcept {
    const std::lock_guard lock(mutex_);
    return take_free();
  }

  class Awaiter final : public detail::ListAwaiter<Awaiter> {
   public:
    explicit Awaiter(Semaphore& semaphore) noexcept : semaphore_(semaphore) {}
    [[nodiscard]] std::mutex& mutex() const noexcept { return semaphore_.mutex_; }
    [[nodiscard]] bool acquire() const noexcept { return semaphore_.take_free(); }
    [[nodiscard]] detail::WaitList& list() const noexcept { return semaphore_.waiters_; }
    void give_back() const noexcept { semaphore_.release(); }

   private:
    Semaphore& semaphore_;
  };

  /// `co_await semaphore.acquire();` Cancellable. If a task is cancelled after it got a permit, the
  /// permit goes to the next waiter.
  [[nodiscard]] Awaiter acquire() noexcept { return Awaiter(*this); }

 private:
  [[nodiscard]] bool take_free() noexcept {
    if (permits_ == 0) return false;  // Permits are free only while no task waits.
    --permits_;
    return true;
  }

  std::mutex mutex_;  // Held for a few lines, never while a task is woken.
  std::size_t permits_;
  detail::WaitList waiters_;
};

}  // namespace loopsteal
