// The ring of ready jobs that one worker owns and others steal from: Tokio's
// (runtime/scheduler/multi_thread/queue.rs), which is Go's made safe for batches.
//
// States. Slots are addressed by free-running 32-bit indices, modulo the capacity.
//
//       steal          real                    tail          steal + capacity
//         | being copied | ready, oldest first   | free        |
//
// `real` is where the next job leaves, `steal` the first slot that a thief may still be reading.
// They differ only while a steal is under way, and both live in one word, so that "no other steal
// is under way, and the oldest jobs are still there" is one compare-exchange.
//
// Invariant. steal <= real <= tail <= steal + capacity. The tail is stored by the owner alone. The
// head word changes by read-modify-writes alone, and no value of it comes back (32 bits would have
// to wrap within one compare-exchange).
//
// Proof of exactly once. A job leaves when a compare-exchange moves `real` over its index: the
// owner's (pop, overflow) or a thief's claim. `real` never goes back, so each index is passed once.
//
// Proof that slots, which are plain memory, do not race.
// - Written, then read by a thief: the owner writes slots, then stores the tail (release, publish);
//   the thief loads the tail (acquire, observe tail), then reads slots below it.
// - Read by a thief, then written: the thief reads slots, then moves `steal` (release, finish); the
//   owner loads the head (acquire, reuse) and writes only slots below steal + capacity. It may
//   remember an older `steal` (steal_seen_), since `steal` never goes back either. All changes of
//   the head are read-modify-writes, so they continue the release sequence of every finish.
// - The owner reads only what it wrote itself.
//
// Proof that a claim counts right. A thief loads the head (acquire, observe head), then the tail.
// The thread that stored that head knew a tail at or above its `real` and released it (remove,
// finish), so the thief's tail is not older, and the count is not negative. It may be too large if
// the head has moved meanwhile; then the compare-exchange fails.
#pragma once
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "sched/atomics.hpp"
#include "sched/core/assert.hpp"
#include "sched/policy/parts/steal_amount.hpp"

namespace loopsteal {

/// Which half a full queue gives away. Tokio: the first up to 1.51, the second since 1.52.
enum class Overflow : std::uint8_t { first_half, second_half };

/// What became of a pushed job.
enum class Pushed : std::uint8_t {
  kept,        ///< It is in the queue.
  redirected,  ///< Full while a thief was copying: it alone went to the sink.
  overflowed,  ///< Full: half the queue went to the sink, and it went last.
};

struct RunQueueOptions {
  std::uint32_t capacity = 256;  ///< Tokio and Go: 256. A power of two from 2 to 65536.
  Overflow overflow = Overflow::second_half;
  std::uint32_t first_index = 0;  ///< Where the indices begin; tests begin near their wrap.
};

/// A bounded FIFO of pointers to `T`; it owns no item. Members belong to the owner unless they say
/// otherwise: one thread at a time, handed on with synchronisation. Other threads use thief_end().
/// Nothing here locks, waits or, after construction, allocates.
template <class T, class Atomics = StdAtomics>
class RunQueue {
 public:
  using Index = std::uint32_t;

  /// Throws std::invalid_argument if the capacity is not one of those allowed.
  explicit RunQueue(RunQueueOptions options = {})
      : mask_(valid(options.capacity) - 1),
        overflow_(options.overflow),
        slots_(std::make_unique<Slot[]>(options.capacity)),
        head_(pack({options.first_index, options.first_index})),
        tail_(options.first_index),
        steal_seen_(options.first_index) {}

  RunQueue(const RunQueue&) = delete;
  RunQueue& operator=(const RunQueue&) = delete;

  [[nodiscard]] Index capacity() const noexcept { return mask_ + 1; }

  /// Appends `item`. If the queue is full, gives half of it and then `item`, linked through
  /// `T::next`, to `sink(T& first, T& last, std::size_t count)` in one call; or `item` alone while
  /// a thief is copying, since the rest is about to leave by itself. While a second half is on its
  /// way out, thieves see an empty queue: the caller announces new work afterwards, as after any
  /// push.
  template <class Sink>
  Pushed push_back(T& item, Sink&& sink) noexcept {
    // relaxed: our own store.
    const Index tail = tail_.load(std::memory_order_relaxed);
    if (tail - steal_seen_ >= capacity()) [[unlikely]]
      return push_full(item, tail, sink);
    slot(tail).store(&item);
    publish(tail + 1);
    return Pushed::kept;
  }

  /// Appends `count` items linked through `T::next`, beginning with `first`; they become visible
  /// together. There must be room: see free_slots().
  void push_chain(T* first, Index count) noexcept {
    LOOPSTEAL_ASSERT(count <= free_slots(), "a chain must fit into the run queue");
    const Index tail = tail_.load(std::memory_order_relaxed);  // relaxed: our own store.
    for (Index i = 0; i < count; ++i) {
      T* const next = first->next;  // Once published, the item is not ours to read.
      slot(tail + i).store(first);
      first = next;
    }
    publish(tail + count);
  }

  /// Puts all pushes so far into the one order of seq_cst operations, in which the owner then looks
  /// for a worker to wake, and a worker about to sleep counts the items: see idle_set.hpp. Apart
  /// from push_back(), since it costs as much as a read-modify-write and most pushes need none.
  void announce() noexcept {
    // relaxed: our own store. seq_cst: see above.
    tail_.store(tail_.load(std::memory_order_relaxed),
                Atomics::order(Site::run_queue_announce, std::memory_order_seq_cst));
  }

  /// Takes the oldest item; null if there is none.
  [[nodiscard]] T* pop() noexcept {
    const Index tail = tail_.load(std::memory_order_relaxed);  // relaxed: our own store.
    // relaxed: only the value counts, as the slot was written by us.
    Head head = head_.load(std::memory_order_relaxed);
    while (true) {
      const Ends ends = unpack(head);
      if (ends.real == tail) return nullptr;
      const Index rest = ends.real + 1;
      const Head next = pack({ends.steal == ends.real ? rest : ends.steal, rest});
      // release: pairs with a thief's load of the head, which then sees our tail. relaxed on
      // failure, when a thief was faster: as above.
      if (head_.compare_exchange_strong(
              head, next, Atomics::order(Site::run_queue_remove, std::memory_order_release),
              std::memory_order_relaxed)) {
        return slot(ends.real).load();
      }
    }
  }

  /// How many more items fit now. Thieves can only make it more.
  [[nodiscard]] Index free_slots() noexcept {
    const Index tail = tail_.load(std::memory_order_relaxed);  // relaxed: our own store.
    return capacity() - (tail - reusable_from());
  }

  /// How many items are ready. Any thread; on others than the owner's it is out of date at once,
  /// but a push that happened before the call is counted, unless its item has left.
  [[nodiscard]] Index len() const noexcept {
    // acquire: pairs with the store of the head, so that the tail is not older than it.
    const Ends ends =
        unpack(head_.load(Atomics::order(Site::run_queue_observe_head, std::memory_order_acquire)));
    // seq_cst: pairs with announce(); read by a worker about to sleep. No slot is read.
    const Index tail = tail_.load(Atomics::order(Site::run_queue_count, std::memory_order_seq_cst));
    return std::min(tail - ends.real, capacity());
  }

  /// Whether an item is ready. Any thread, as len().
  [[nodiscard]] bool has_tasks() const noexcept { return len() != 0; }

  struct Stolen {
    T* run_now = nullptr;  ///< The newest of those stolen; null if none was.
    Index count = 0;       ///< How many were stolen, that one included.
  };

  /// The end that other threads use, for any thread but the owner's. No larger than a reference.
  class ThiefEnd {
   public:
    /// Moves the oldest items to `destination`, whose owner calls it, in order, but for the last,
    /// which it returns (Tokio: the thief runs it at once). Takes nothing if another steal from the
    /// queue is under way, or if `destination` is more than half full.
    Stolen steal_into(RunQueue& destination, StealAmount amount) const noexcept {
      return queue_.give_to(destination, amount);
    }
    [[nodiscard]] Index len() const noexcept { return queue_.len(); }
    [[nodiscard]] bool has_tasks() const noexcept { return queue_.has_tasks(); }

   private:
    friend RunQueue;
    explicit ThiefEnd(RunQueue& queue) noexcept : queue_(queue) {}
    RunQueue& queue_;
  };
  /// Any thread.
  [[nodiscard]] ThiefEnd thief_end() noexcept { return ThiefEnd(*this); }

 private:
  /// ThiefEnd::steal_into().
  Stolen give_to(RunQueue& destination, StealAmount amount) noexcept {
    LOOPSTEAL_ASSERT(this != &destination, "a worker does not steal from itself");
    const Index room = destination.room_for_stolen();
    if (room == 0) return {};
    const Claim claim = claim_oldest(amount, room);
    if (claim.count == 0) return {};

    // relaxed: the calling owner's own store.
    const Index tail = destination.tail_.load(std::memory_order_relaxed);
    const Index kept = claim.count - 1;
    for (Index i = 0; i < kept; ++i) destination.slot(tail + i).store(slot(claim.first + i).load());
    T* const run_now = slot(claim.first + kept).load();
    finish_steal();
    if (kept != 0) destination.publish(tail + kept);
    return {run_now, claim.count};
  }

  using Head = std::uint64_t;
  using Slot = typename Atomics::template Cell<T*>;

  struct Ends {
    Index steal, real;
  };

  /// Indices that a thief alone may read: `count` of them from `first`.
  struct Claim {
    Index first = 0, count = 0;
  };

  static constexpr Head pack(Ends ends) noexcept { return Head{ends.steal} << 32 | ends.real; }
  static constexpr Ends unpack(Head head) noexcept {
    return {static_cast<Index>(head >> 32), static_cast<Index>(head)};
  }

  static Index valid(Index capacity) {
    if (capacity < 2 || capacity > 65536 || !std::has_single_bit(capacity))
      throw std::invalid_argument("the capacity of a run queue is a power of two from 2 to 65536");
    return capacity;
  }

  Slot& slot(Index index) noexcept { return slots_[index & mask_]; }

  void publish(Index tail) noexcept {
    // release: pairs with a thief's load of the tail, which then sees the slots and the items.
    tail_.store(tail, Atomics::order(Site::run_queue_publish, std::memory_order_release));
  }

  /// The oldest index whose slot is not free. Owner.
  Index reusable_from() noexcept {
    // acquire: pairs with finish_steal(): the slots before have been read.
    steal_seen_ =
        unpack(head_.load(Atomics::order(Site::run_queue_reuse, std::memory_order_acquire))).steal;
    return steal_seen_;
  }

  /// push_back() once the queue looks full. Each turn but the last was lost to a thief's claim,
  /// after which one of the first two conditions holds: it turns twice at most.
  template <class Sink>
  [[gnu::noinline]] Pushed push_full(T& item, Index tail, Sink& sink) noexcept {
    while (true) {
      // acquire: as in reusable_from().
      Head head = head_.load(Atomics::order(Site::run_queue_reuse, std::memory_order_acquire));
      const Ends ends = unpack(head);
      steal_seen_ = ends.steal;
      if (tail - ends.steal < capacity()) {
        slot(tail).store(&item);
        publish(tail + 1);
        return Pushed::kept;
      }
      item.next = nullptr;
      if (ends.steal != ends.real) {
        sink(item, item, std::size_t{1});
        return Pushed::redirected;
      }
      if (overflow_half(item, head, sink)) return Pushed::overflowed;
    }
  }

  /// Gives half of a full queue and `item` away; false if a thief was faster.
  ///
  /// The first half is simply left behind. The second half cannot be cut off at the tail: thieves
  /// that have read the tail would claim it all the same. So the owner takes everything, which
  /// makes their compare-exchanges fail, and publishes the first half again; one capacity further
  /// on, its indices name the very slots it is in, so nothing moves.
  template <class Sink>
  bool overflow_half(T& item, Head& head, Sink& sink) noexcept {
    const Index half = capacity() / 2;
    const Index begin = unpack(head).real;
    const bool first = overflow_ == Overflow::first_half;
    const Index taken_to = begin + (first ? half : capacity());
    // release: pairs with a thief's load of the head, which then sees our tail. relaxed on failure:
    // the head is loaded again.
    if (!head_.compare_exchange_strong(
            head, pack({taken_to, taken_to}),
            Atomics::order(Site::run_queue_remove, std::memory_order_release),
            std::memory_order_relaxed)) {
      return false;
    }
    const Index given = first ? begin : begin + half;
    T* const oldest = link(given, half, item);
    if (!first) publish(taken_to + half);
    sink(*oldest, item, std::size_t{half} + 1);
    return true;
  }

  /// Links `count` items from index `begin`, and `last` behind them. Returns the first.
  T* link(Index begin, Index count, T& last) noexcept {
    T* const first = slot(begin).load();
    T* previous = first;
    for (Index i = 1; i < count; ++i) {
      T* const item = slot(begin + i).load();
      previous->next = item;
      previous = item;
    }
    previous->next = &last;
    return first;
  }

  /// How many items a steal may bring: 0 if the queue is more than half full; else one more than
  /// fits, since the last is run at once. Owner.
  Index room_for_stolen() noexcept {
    const Index room = free_slots();
    return room < capacity() / 2 ? 0 : room + 1;
  }

  /// Claims up to `room` of the oldest items. Any thread but the owner's. Each failed turn means
  /// that the owner or another thief took something.
  Claim claim_oldest(StealAmount amount, Index room) noexcept {
    // acquire: pairs with the store of the head (pop, overflow_half, finish_steal), so that the
    // tail below is not older than it.
    constexpr std::memory_order kObserveHead =
        Atomics::order(Site::run_queue_observe_head, std::memory_order_acquire);
    Head head = head_.load(kObserveHead);
    while (true) {
      const Ends ends = unpack(head);
      if (ends.steal != ends.real) return {};
      // acquire: pairs with publish(), for the slots and the items.
      const Index ready =
          tail_.load(Atomics::order(Site::run_queue_observe_tail, std::memory_order_acquire)) -
          ends.real;
      const Index count = std::min(share_of(ready, amount), room);
      if (count == 0) return {};
      // release: continues what the loaded head released, for threads that only count (len()):
      // they see the tail that we saw. acquire on failure: as above.
      if (head_.compare_exchange_strong(head, pack({ends.steal, ends.real + count}),
                                        std::memory_order_release, kObserveHead)) {
        return {ends.real, count};
      }
    }
  }

  /// Gives the claimed slots back to the owner. It may have popped meanwhile, so `steal` catches up
  /// with the present `real`. Each failed turn means that it did.
  void finish_steal() noexcept {
    // relaxed, here and on failure: only the value counts.
    Head head = head_.load(std::memory_order_relaxed);
    while (true) {
      const Ends ends = unpack(head);
      LOOPSTEAL_ASSERT(ends.steal != ends.real, "a steal is under way until its thief ends it");
      // release: pairs with the owner's load of the head before it writes these slots again.
      if (head_.compare_exchange_strong(
              head, pack({ends.real, ends.real}),
              Atomics::order(Site::run_queue_finish, std::memory_order_release),
              std::memory_order_relaxed)) {
        return;
      }
    }
  }

  // Read by all, written by none.
  const Index mask_;
  const Overflow overflow_;
  const std::unique_ptr<Slot[]> slots_;
  // Written by all.
  alignas(Atomics::kApartBytes) typename Atomics::template Atomic<Head> head_;
  // Written by the owner. steal_seen_ keeps push_back() off the head's cache line.
  alignas(Atomics::kApartBytes) typename Atomics::template Atomic<Index> tail_;
  Index steal_seen_;  ///< A `steal` the owner has acquired. The owner's alone.
};

}  // namespace loopsteal
