// The queue of jobs that come from outside the workers or overflow from their own queues: Tokio's
// (runtime/scheduler/inject).
//
// A plain FIFO under a lock. What makes it cheap for workers is its length, which they read without
// the lock: an empty injector costs them a load. The length is stored under the lock, after the
// list has changed; a reader without the lock takes it as a hint, and looks again under the lock
// before it takes anything. Not lock-free: it is off the local path, and batches in both directions
// take the lock once; linked jobs need no allocation, which a growing lock-free queue would.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>

#include "sched/core/assert.hpp"
#include "sched/atomics.hpp"

namespace loopsteal {

/// FIFO of `T`s linked through `T::next`; it owns no item. Any thread may call any member; nothing
/// allocates, and nothing waits but for the lock, which is held for a few lines.
template <class T, class Mutex, class Atomics = StdAtomics>
class Injector {
 public:
  /// `mutex_arguments` construct the lock.
  template <class... MutexArguments>
  explicit Injector(MutexArguments&&... mutex_arguments) : mutex_(mutex_arguments...) {}

  Injector(const Injector&) = delete;
  Injector& operator=(const Injector&) = delete;

  void push(T& item) noexcept { push_chain(item, item, 1); }

  /// Appends `count` items already linked from `first` to `last`. The parameters are those of a run
  /// queue's overflow sink.
  void push_chain(T& first, T& last, std::size_t count) noexcept {
    last.next = nullptr;
    std::lock_guard lock(mutex_);
    if (oldest_ == nullptr) {
      oldest_ = &first;
    } else {
      newest_->next = &first;
    }
    newest_ = &last;
    // seq_cst: the push is announced by it, as by RunQueue::announce(), to who is about to sleep.
    length_.store(length() + count,
                  Atomics::order(Site::injector_announce, std::memory_order_seq_cst));
  }

  /// The oldest item; null if there is none.
  [[nodiscard]] T* pop() noexcept { return pop_chain(1).first; }

  struct Chain {
    T* first = nullptr;  ///< The oldest; the others follow through `T::next`, the last has none.
    std::size_t count = 0;
  };

  /// Takes the `count_max` oldest items, or all if they are fewer.
  [[nodiscard]] Chain pop_chain(std::size_t count_max) noexcept {
    if (empty() || count_max == 0) return {};
    std::lock_guard lock(mutex_);
    const std::size_t present = length();
    const std::size_t count = std::min(count_max, present);
    if (count == 0) return {};
    T* const first = oldest_;
    T* last = first;
    for (std::size_t i = 1; i < count; ++i) last = last->next;
    oldest_ = last->next;
    last->next = nullptr;
    length_.store(present - count, std::memory_order_relaxed);  // relaxed: a hint; see length().
    LOOPSTEAL_ASSERT((oldest_ == nullptr) == (present == count), "the length counts the list");
    return {first, count};
  }

  /// How many items are here. Under no lock, so out of date at once; but a push that happened
  /// before the call is counted, unless its item has left.
  [[nodiscard]] std::size_t length() const noexcept {
    // Whoever takes an item takes the lock, which orders the item. seq_cst: pairs with
    // push_chain(), by who is about to sleep.
    return length_.load(Atomics::order(Site::injector_count, std::memory_order_seq_cst));
  }

  [[nodiscard]] bool empty() const noexcept { return length() == 0; }

 private:
  // Read without the lock, and so on a line that pushes under way do not take away.
  alignas(kCacheLineBytes) typename Atomics::template Atomic<std::size_t> length_{0};
  // Guards what follows, and the stores of the length.
  alignas(kCacheLineBytes) Mutex mutex_;
  T* oldest_ = nullptr;
  T* newest_ = nullptr;  ///< Meaningful while oldest_ is not null.
};

}  // namespace loopsteal
