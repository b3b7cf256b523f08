// Permits that tasks wait for (asyncio.Semaphore, tokio::sync::Semaphore), handed over in the order
// of asking, so that nobody overtakes a waiter.
#pragma once
#include <cstddef>
#include <mutex>

#include "sched/core/wait_list.hpp"

namespace loopsteal {

/// A counting semaphore. All members from any thread.
class Semaphore {
 public:
  explicit Semaphore(std::size_t permits) noexcept : permits_(permits) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Gives one permit: to the first waiter, or to whoever asks next.
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

  /// Takes a permit if one is free and nobody waits for it.
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

  /// `co_await semaphore.acquire();` Cancellable; a permit granted to a task that is then cancelled
  /// goes to the next.
  [[nodiscard]] Awaiter acquire() noexcept { return Awaiter(*this); }

 private:
  [[nodiscard]] bool take_free() noexcept {
    if (permits_ == 0) return false;  // Permits are free only while nobody waits.
    --permits_;
    return true;
  }

  std::mutex mutex_;  // Held for a few lines, never while a task is woken.
  std::size_t permits_;
  detail::WaitList waiters_;
};

}  // namespace loopsteal
