// The queue of jobs that come from outside the workers or overflow from their own queues: Tokio's
// (runtime/scheduler/inject).
//
// A FIFO under a lock: a ring of so many places, and behind it a list, which is used while the ring
// is full and until the list is empty again. So nothing allocates, however many jobs there are, and
// as long as the ring does, neither side follows links. To follow them is to wait for one line of
// another core's after the other, and would be done under the lock; what a ring has given can be
// fetched together, after it.
//
// What makes it cheap for workers is its length, which they read without the lock: an empty
// injector costs them a load. The length is stored under the lock, after the queue has changed; a
// reader without the lock takes it as a hint, and looks again under the lock before it takes
// anything. Not lock-free: to push is a compare-exchange and the store that announces it, and a
// lock-free queue's push would not be less; batches in both directions take the lock once.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "sched/atomics.hpp"
#include "sched/core/assert.hpp"
#include "sched/core/fetch.hpp"

namespace loopsteal {

/// FIFO of `T`s linked through `T::next`; it owns no item. Any thread may call any member; nothing
/// allocates, and nothing waits but for the lock, which is held for a few lines. `kPlaces` are
/// those of the ring.
template <class T, class Mutex, class Atomics = StdAtomics, std::size_t kPlaces = 8192>
class Injector {
 public:
  /// `mutex_arguments` construct the lock.
  template <class... MutexArguments>
  explicit Injector(MutexArguments&&... mutex_arguments)
      : mutex_(mutex_arguments...), ring_(std::make_unique<T*[]>(kPlaces)) {}

  Injector(const Injector&) = delete;
  Injector& operator=(const Injector&) = delete;

  /// Counted by so many `arrivals`: none or one.
  void push(T& item, std::uint64_t arrivals = 0) noexcept {
    std::lock_guard lock(mutex_);
    append(item);
    arrivals_ += arrivals;
  }

  /// Appends `count` items already linked from `first` to `last`. The parameters are those of a run
  /// queue's overflow sink.
  void push_chain(T& first, T& last, std::size_t count) noexcept {
    std::lock_guard lock(mutex_);
    if (fit_into_ring(count)) {
      T* item = &first;
      for (std::size_t i = 0; i < count; ++i) {
        ring_[tail_++ % kPlaces] = item;
        item = item->next;
      }
    } else {
      append_to_list(first, last);
    }
    announce(count);
  }

  /// The oldest item; null if there is none.
  [[nodiscard]] T* pop() noexcept {
    if (empty()) return nullptr;
    std::lock_guard lock(mutex_);
    const std::size_t present = length();
    if (present == 0) return nullptr;
    set_length(present - 1);
    return take_oldest();
  }

  struct Chain {
    T* first = nullptr;  ///< The oldest; the others follow through `T::next`, the last has none.
    std::size_t count = 0;
  };

  /// Takes the `count_max` oldest items, or all if they are fewer.
  [[nodiscard]] Chain pop_chain(std::size_t count_max) noexcept {
    if (empty() || count_max == 0) return {};
    std::array<T*, kBatch> batch;
    T* behind = nullptr;
    std::size_t count = 0;
    {
      std::lock_guard lock(mutex_);
      const std::size_t present = length();
      count = std::min(count_max, present);
      if (count == 0) return {};
      for (std::size_t i = 0; i < std::min(count, kBatch); ++i) batch[i] = take_oldest();
      if (count > kBatch) behind = take_linked(count - kBatch);
      set_length(present - count);
    }
    link(batch.data(), std::min(count, kBatch), behind);
    return {batch[0], count};
  }

  /// How many items are here. Under no lock, so out of date at once; but a push that happened
  /// before the call is counted, unless its item has left.
  [[nodiscard]] std::size_t length() const noexcept {
    // The lock orders the item for the taker. seq_cst: pairs with push_chain(); read by a worker
    // that is about to sleep.
    return length_.load(Atomics::order(Site::injector_count, std::memory_order_seq_cst));
  }

  [[nodiscard]] bool empty() const noexcept { return length() == 0; }

  /// Those counted by push() since forget_arrivals().
  [[nodiscard]] std::uint64_t arrivals() const noexcept {
    return undisturbed([this] { return arrivals_; });
  }
  void forget_arrivals() noexcept {
    undisturbed([this] { arrivals_ = 0; });
  }

 private:
  /// As many as are linked after the lock has been released: half a queue of Tokio's, which is the
  /// most that its workers take.
  static constexpr std::size_t kBatch = 128;
  /// A job lies at the front of its frame, and what is taken is run: the lines that most frames of
  /// small tasks have.
  static constexpr std::size_t kFetched = 2 * kCacheLineBytes;

  /// `look` under the lock, which is not taken where one thread runs all: it would be billed, and
  /// the original takes none.
  template <class Look>
  auto undisturbed(Look look) const noexcept {
    if constexpr (requires { requires Atomics::kOneThread; }) {
      return look();
    } else {
      const std::lock_guard lock(mutex_);
      return look();
    }
  }

  // ---- Under the lock ---------------------------------------------------------------------------

  void append(T& item) noexcept {
    if (fit_into_ring(1)) [[likely]] {
      ring_[tail_++ % kPlaces] = &item;
    } else {
      append_to_list(item, item);
    }
    announce(1);
  }

  /// Whether so many more go into the ring: there is room, and nothing waits behind it.
  [[nodiscard]] bool fit_into_ring(std::size_t count) const noexcept {
    return oldest_listed_ == nullptr && count <= kPlaces - (tail_ - head_);
  }

  [[gnu::noinline]] void append_to_list(T& first, T& last) noexcept {
    last.next = nullptr;
    if (oldest_listed_ == nullptr) {
      oldest_listed_ = &first;
    } else {
      newest_listed_->next = &first;
    }
    newest_listed_ = &last;
  }

  /// There must be one.
  [[nodiscard]] T* take_oldest() noexcept {
    if (head_ != tail_) [[likely]]
      return ring_[head_++ % kPlaces];
    T* const item = oldest_listed_;
    LOOPSTEAL_ASSERT(item != nullptr, "the length counts what is here");
    oldest_listed_ = item->next;
    return item;
  }

  [[nodiscard, gnu::noinline]] T* take_linked(std::size_t count) noexcept {
    T* const first = take_oldest();
    T* last = first;
    for (std::size_t i = 1; i < count; ++i) {
      T* const item = take_oldest();
      last->next = item;
      last = item;
    }
    last->next = nullptr;
    return first;
  }

  /// Publishes `count` pushes. seq_cst: as RunQueue::announce(), for workers about to sleep.
  void announce(std::size_t count) noexcept {
    length_.store(length_.load(std::memory_order_relaxed) + count,  // relaxed: under the lock.
                  Atomics::order(Site::injector_announce, std::memory_order_seq_cst));
  }

  void set_length(std::size_t length) noexcept {
    length_.store(length, std::memory_order_relaxed);  // relaxed: a hint; see length().
  }

  // ---- Not under the lock: the items are the caller's -------------------------------------------

  static void link(T* const* items, std::size_t count, T* behind) noexcept {
    if (count > 1)  // One alone is about to be used: there is nothing to do meanwhile.
      for (std::size_t i = 0; i < count; ++i) fetch_ahead(items[i], kFetched);
    for (std::size_t i = 1; i < count; ++i) items[i - 1]->next = items[i];
    items[count - 1]->next = behind;
  }

  // One cache line: a taker looks at the length and then takes the lock; a pusher writes all of it.
  alignas(kCacheLineBytes) typename Atomics::template Atomic<std::size_t> length_{0};
  mutable Mutex mutex_;  ///< Guards what follows, and the stores of the length.
  const std::unique_ptr<T*[]> ring_;
  std::size_t head_ = 0;  ///< Taken from the ring so far; the oldest is at its place in it.
  std::size_t tail_ = 0;  ///< Put into the ring so far.
  T* oldest_listed_ = nullptr;
  T* newest_listed_ = nullptr;  ///< Meaningful while oldest_listed_ is not null.
  std::uint64_t arrivals_ = 0;
};

}  // namespace loopsteal
