// The lock for what is held for a few stores.
//
// States: 0 free, 1 held. Whoever takes it changes 0 to 1 by a compare-exchange with acquire, and
// the holder gives it back by a store with release: so of two holders one comes first, and the
// later sees all that the earlier has written. Nothing tells the holder that somebody waits, so
// giving back needs no read-modify-write and no system call; the price is that those who wait look
// again and again. They do so awake at first, as the holder is about to be done if it runs at all.
// If it does not, its CPU has been taken away: then they give theirs up, and in the end sleep.
//
// Why not std::mutex: who finds that one held sleeps at once, and the holder has to wake it. To be
// put to sleep and woken takes some 10 us, what it waited for 10 ns.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "sched/atomics.hpp"
#include "sched/machine/threads/cpu_relax.hpp"

namespace loopsteal {

/// BasicLockable, for any thread. Not fair, and not for anything that may wait or allocate while
/// it holds it.
template <class Atomics = StdAtomics>
class BriefMutex {
 public:
  BriefMutex() = default;
  BriefMutex(const BriefMutex&) = delete;
  BriefMutex& operator=(const BriefMutex&) = delete;

  [[nodiscard]] bool try_lock() noexcept {
    std::uint32_t free = kFree;
    // acquire: pairs with unlock(). relaxed on failure: nothing was learnt.
    return state_.compare_exchange_strong(
        free, kHeld, Atomics::order(Site::brief_mutex_lock, std::memory_order_acquire),
        std::memory_order_relaxed);
  }

  void lock() noexcept {
    if (!try_lock()) [[unlikely]]
      wait();
  }

  void unlock() noexcept {
    // release: pairs with try_lock(), of whoever holds it next.
    state_.store(kFree, Atomics::order(Site::brief_mutex_unlock, std::memory_order_release));
  }

 private:
  static constexpr std::uint32_t kFree = 0, kHeld = 1;
  // Ours, all three. Looks: some microsecond, longer than the lock is held and shorter than to
  // sleep and to be woken takes. Yields: some milliseconds, a time slice of the kernel's, after
  // which the holder has run. With 20 of them it happened that all slept while nobody held it.
  static constexpr int kLooks = 100;
  static constexpr int kYields = 2'000;
  static constexpr std::chrono::microseconds kNap{50};

  [[gnu::noinline]] void wait() noexcept {
    for (int turn = 0;; ++turn) {
      for (int look = 0; look < kLooks; ++look) {
        // relaxed: only whether; taken by try_lock().
        if (state_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
        cpu_relax();
      }
      if (turn < kYields) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(kNap);
      }
    }
  }

  typename Atomics::template Atomic<std::uint32_t> state_{kFree};
};

}  // namespace loopsteal
