// Cancellation of a task, with asyncio's meaning (CPython: Lib/asyncio/tasks.py, Task.cancel).
//
// cancel() asks a task to end. If the task is waiting, the wait is cancelled and Cancelled is
// thrown there. If the task is ready or running, Cancelled is thrown where it next resumes or
// suspends. If it has not begun, its body never runs. A task may catch Cancelled and continue. A
// task that awaits another one passes the request on to it.
//
// The protocol. All coroutines of one task share one TaskControl. Its word `state_` holds the
// current wait of the task (0: none) and three bits:
//   pending   a cancellation is requested, and Cancelled is not thrown yet;
//   busy      a canceller uses the wait, which therefore must not go away;
//   done      the task has ended.
// A waiter publishes its wait in the word. Then it arms the wait under the lock of the awaited
// object, where it checks `pending` once more. A canceller sets pending and busy, then tries to
// take the wait back under the same lock. Both begin with a read-modify-write of the same word, so
// one comes first. If the canceller does, the waiter sees `pending` when it publishes, and does not
// wait. If the waiter does, the canceller sees the wait, and the lock decides between three cases:
//   - The wait is armed: the canceller takes it back.
//   - It is not armed yet: the waiter finds `pending`, which was set first, under the lock.
//   - It is armed no longer: its job is ready, and finds `pending` when it resumes.
// In no order is the request lost.
#pragma once
#include <atomic>
#include <cstdint>
#include <thread>

namespace loopsteal {

/// Exception of a cancelled task. It is not a std::exception, so a handler for errors does not
/// swallow it by accident (asyncio derives CancelledError from BaseException for the same reason).
struct Cancelled {
  [[nodiscard]] const char* what() const noexcept { return "the task was cancelled"; }
};

/// A wait that can be cancelled. Awaiters derive from it.
class alignas(8) CancellableWait {
 public:
  /// If the wait is armed, takes it back and makes its job ready, or passes the request on to the
  /// awaited task. Returns false if it is not armed (not yet, or no longer). A canceller calls
  /// this, on any thread, while the waiter cannot leave end_wait().
  virtual bool try_cancel() noexcept = 0;

 protected:
  ~CancellableWait() = default;
};

/// Cancellation state of one task: shared by all its coroutines, owned by the task of its
/// JoinHandle.
class TaskControl {
 public:
  TaskControl() = default;
  TaskControl(const TaskControl&) = delete;
  TaskControl& operator=(const TaskControl&) = delete;

  /// Asks the task to end. False if it has ended already. Any thread.
  bool cancel() noexcept {
    // acquire here and acq_rel below: pair with begin_wait(), end_wait() and finish().
    std::uintptr_t old = state_.load(std::memory_order_acquire);
    do {
      if ((old & kDone) != 0) return false;
    } while (!state_.compare_exchange_weak(old, old | kPending | kBusy, std::memory_order_acq_rel,
                                           std::memory_order_acquire));
    requests_.fetch_add(1, std::memory_order_relaxed);  // A count; orders nothing.
    if ((old & kBusy) != 0) return true;  // Another canceller is active; the request stands.
    auto* const wait = reinterpret_cast<CancellableWait*>(old & ~kBits);
    const bool taken = wait != nullptr && wait->try_cancel();
    // release: the waiter's end_wait() must see what try_cancel() wrote.
    state_.fetch_and(~(kBusy | (taken ? kPending : 0)), std::memory_order_release);
    return true;
  }

  /// asyncio's Task.uncancel(): takes one request back and returns the number left.
  std::uint32_t uncancel() noexcept {
    std::uint32_t count = requests_.load(std::memory_order_relaxed);  // A count; orders nothing.
    while (count != 0 &&
           !requests_.compare_exchange_weak(count, count - 1, std::memory_order_relaxed)) {
    }
    return count == 0 ? 0 : count - 1;
  }

  /// asyncio's Task.cancelling(): requests made and not taken back.
  [[nodiscard]] std::uint32_t cancelling() const noexcept {
    return requests_.load(std::memory_order_relaxed);  // A count; orders nothing.
  }

  [[nodiscard]] bool cancel_pending() const noexcept {
    // acquire: pairs with cancel(); see the protocol above.
    return (state_.load(std::memory_order_acquire) & kPending) != 0;
  }

  /// The task is about to wait. False: it was cancelled and must not wait; end_wait() will throw.
  [[nodiscard]] bool begin_wait(CancellableWait& wait) noexcept {
    // acq_rel: pairs with cancel().
    const auto address = reinterpret_cast<std::uintptr_t>(&wait);
    return (state_.fetch_or(address, std::memory_order_acq_rel) & kPending) == 0;
  }

  /// The wait is over, for any reason; afterwards no canceller uses it. True: a cancellation was
  /// pending, and the caller must throw Cancelled.
  [[nodiscard]] bool end_wait() noexcept {
    // acq_rel: pairs with cancel(). A canceller holds `busy` for one short critical section.
    std::uintptr_t old = state_.load(std::memory_order_acquire);
    while (true) {
      if ((old & kBusy) != 0) {
        std::this_thread::yield();
        old = state_.load(std::memory_order_acquire);
      } else if (state_.compare_exchange_weak(old, 0, std::memory_order_acq_rel,
                                              std::memory_order_acquire)) {
        return (old & kPending) != 0;
      }
    }
  }

  /// Called by the task, for a wait that passes the request on instead of throwing. True: a request
  /// was pending, and now belongs to the caller.
  [[nodiscard]] bool take_request() noexcept {
    // acq_rel: pairs with cancel().
    return (state_.fetch_and(~kPending, std::memory_order_acq_rel) & kPending) != 0;
  }

  /// Called by the task: a request that it took is pending again, and is thrown at its next wait.
  void put_back_request() noexcept { state_.fetch_or(kPending, std::memory_order_acq_rel); }

  /// The task has ended: from now on cancel() returns false.
  void finish() noexcept {
    while (true) {
      const std::uintptr_t old = state_.fetch_or(kDone, std::memory_order_acq_rel);
      if ((old & kBusy) == 0) return;
      std::this_thread::yield();  // A canceller is in try_cancel(); it leaves soon.
    }
  }

 private:
  static constexpr std::uintptr_t kPending = 1;
  static constexpr std::uintptr_t kBusy = 2;
  static constexpr std::uintptr_t kDone = 4;
  static constexpr std::uintptr_t kBits = kPending | kBusy | kDone;

  std::atomic<std::uintptr_t> state_{0};
  std::atomic<std::uint32_t> requests_{0};
};

}  // namespace loopsteal
