// Lock for critical sections of a few stores.
//
// States: 0 free, 1 held. A thread takes it by a compare-exchange from 0 to 1 with acquire, and the
// holder releases it by a store with release. So of two holders one comes first, and the later one
// sees all writes of the earlier one. The holder does not know whether threads wait, so a release
// needs no read-modify-write and no system call; in return, waiting threads look repeatedly. At
// first they stay awake, as the holder finishes soon if it runs at all. If it does not run, its CPU
// has been taken away: then they yield their CPU, and in the end sleep.
//
// Why not std::mutex: a thread that finds it held sleeps at once, and the holder has to wake it.
// Sleeping and waking take some 10 us, for a wait of 10 ns.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "sched/atomics.hpp"
#include "sched/machine/threads/cpu_relax.hpp"

namespace loopsteal {

/// BasicLockable, for any thread. Not fair. Do not wait or allocate while holding it.
template <class Atomics = StdAtomics>
class BriefMutex {
 public:
  BriefMutex() = default;
  BriefMutex(const BriefMutex&) = delete;
  BriefMutex& operator=(const BriefMutex&) = delete;

  [[nodiscard]] bool try_lock() noexcept {
    std::uint32_t free = kFree;
    // acquire: pairs with unlock(). relaxed on failure: nothing was read.
    return state_.compare_exchange_strong(
        free, kHeld, Atomics::order(Site::brief_mutex_lock, std::memory_order_acquire),
        std::memory_order_relaxed);
  }

  void lock() noexcept {
    if (!try_lock()) [[unlikely]]
      wait();
  }

  void unlock() noexcept {
    // release: pairs with try_lock() of the next holder.
    state_.store(kFree, Atomics::order(Site::brief_mutex_unlock, std::memory_order_release));
  }

 private:
  static constexpr std::uint32_t kFree = 0, kHeld = 1;
  // All three are our choice. Looks: some microsecond, longer than the lock is held and shorter
  // than a sleep with its wake-up. Yields: some milliseconds, a time slice of the kernel's, after
  // which the holder has run. With 20 yields, sometimes all threads slept while none held the lock.
  static constexpr int kLooks = 100;
  static constexpr int kYields = 2'000;
  static constexpr std::chrono::microseconds kSleep{50};

  [[gnu::noinline]] void wait() noexcept {
    for (int turn = 0;; ++turn) {
      for (int look = 0; look < kLooks; ++look) {
        // relaxed: only a hint; try_lock() takes the lock.
        if (state_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
        cpu_relax();
      }
      if (turn < kYields) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(kSleep);
      }
    }
  }

  typename Atomics::template Atomic<std::uint32_t> state_{kFree};
};

}  // namespace loopsteal
