// The growing deque of ready jobs that one worker owns and others steal from: Chase and Lev's
// (SPAA 2005) in the C++11 form of Le, Pop, Cohen and Zappa Nardelli (PPoPP 2013), for the owner
// that wants its newest job first, as Rayon's and oneTBB's do. The run queue is its FIFO
// counterpart.
//
// States. Indices are free-running 64-bit numbers; the items are those with top <= index < bottom.
// The owner pushes and pops at the bottom, thieves take one at a time at the top. The top only
// grows. The slots are a ring that the owner replaces by one of twice the size when it is full; the
// old one is kept until destruction, since a thief may still be reading it.
//
// Proof of exactly once. An item leaves either by a compare-exchange of the top, which passes each
// index once, or because the owner pops it with top < bottom and touches the bottom alone. Let the
// owner pop index b in this second way, and suppose that a thief takes b too. The owner stored
// bottom = b (reserve), then loaded top < b (check top). The thief loaded top == b, then a
// bottom > b (check bottom). All four, and the compare-exchange that made top == b, are seq_cst, so
// they have one order. The owner's load did not see that compare-exchange, so it stands before it,
// and the reservation before both; the thief's load of the top did see it, so it stands after.
// Hence the thief's load of the bottom comes after the reservation and yields b, or the bottom of a
// later push, whose index b is a new item. A contradiction.
//
// The published algorithm has fences where these four are seq_cst here, because sanitizers do not
// understand fences. On x86 the price is the same: one xchg a pop.
//
// Proof that slots hold what their index says. A thief reads a slot before it knows that the item
// is its own, so slots are atomics, and relaxed ones, because other accesses order them:
// - Written, then read: the owner writes the slot, then stores the bottom (release, publish); the
//   thief loads the bottom (acquire at least, check bottom).
// - Copied, then read: the owner fills a larger ring, then stores its address (release, replace
//   ring); the thief loads the address (acquire, follow ring).
// - Read, then written again: the owner writes index i + capacity only after it has loaded a top
//   beyond i (acquire, reuse), so a thief that reads the new item in slot i finds the top moved,
//   and its compare-exchange fails.
#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sched/atomics.hpp"
#include "sched/core/assert.hpp"

namespace loopsteal {

/// An unbounded deque of pointers to `T`; it owns no item. Members belong to the owner unless they
/// say otherwise: one thread at a time, handed on with synchronisation. Other threads use
/// thief_end(). Nothing here locks or waits, and only push() allocates, when the deque has never
/// been as full before.
template <class T, class Atomics = StdAtomics>
class WorkDeque {
 public:
  using Index = std::int64_t;

  /// Throws std::invalid_argument if the initial capacity is not a power of two of at least 2.
  explicit WorkDeque(std::size_t initial_capacity = 256) {
    if (initial_capacity < 2 || !std::has_single_bit(initial_capacity))
      throw std::invalid_argument("the capacity of a work deque is a power of two of at least 2");
    rings_.push_back(std::make_unique<Ring>(initial_capacity));
    // relaxed: the deque is not shared yet.
    ring_.store(rings_.back().get(), std::memory_order_relaxed);
  }

  WorkDeque(const WorkDeque&) = delete;
  WorkDeque& operator=(const WorkDeque&) = delete;

  /// Adds `item` at the bottom. Terminates if the memory for a larger ring cannot be had.
  void push(T& item) noexcept {
    // relaxed: our own stores.
    const Index bottom = bottom_.load(std::memory_order_relaxed);
    Ring* const ring = ring_.load(std::memory_order_relaxed);
    if (bottom - top_seen_ >= ring->capacity()) [[unlikely]]
      return push_full(item, bottom, ring);
    put(item, bottom, *ring);
  }

  /// Puts all pushes so far into the one order of seq_cst operations: as RunQueue::announce().
  void announce() noexcept {
    // relaxed: our own store. seq_cst: see there.
    bottom_.store(bottom_.load(std::memory_order_relaxed),
                  Atomics::order(Site::work_deque_announce, std::memory_order_seq_cst));
  }

  /// Takes the newest item; null if there is none or a thief took the last.
  [[nodiscard, gnu::always_inline]] T* pop() noexcept {
    const Index newest = bottom_.load(std::memory_order_relaxed) - 1;  // relaxed: our own store.
    // relaxed: the top only grows, so a deque that looks empty is, and the reservation is saved.
    if (top_.load(std::memory_order_relaxed) > newest) return nullptr;
    // seq_cst, both: the reservation is in the one order before the look at the top. See the proof.
    bottom_.store(newest, Atomics::order(Site::work_deque_reserve, std::memory_order_seq_cst));
    const Index top =
        top_.load(Atomics::order(Site::work_deque_check_top, std::memory_order_seq_cst));
    T* item = nullptr;
    if (top <= newest) item = own_slot(newest);
    if (top < newest) return item;
    if (top == newest && !take_top(top)) item = nullptr;
    // relaxed: no item is published. Everything below this bottom has left, so a thief that reads
    // it without the owner's earlier stores fails to move the top.
    bottom_.store(newest + 1, std::memory_order_relaxed);
    return item;
  }

  /// The end that other threads use, for any thread but the owner's. No larger than a reference.
  class ThiefEnd {
   public:
    /// Takes the oldest item. Null if there is none, or if another taker was faster; then
    /// has_tasks() says whether it is worth coming back.
    [[nodiscard]] T* steal() const noexcept { return deque_.take_oldest(); }

    /// Steals up to `max` items, but no more than half of them, rounded up, one by one and oldest
    /// first, into `sink(T&)`. Returns how many. Stops at the first item that another taker gets.
    ///
    /// Not one compare-exchange of the top by n: the owner pops without one as long as it sees the
    /// top below its item, so while a thief prepares to take indices [top, top + n), the owner may
    /// pop down into that range, and the thief's compare-exchange would still succeed. The proof
    /// above protects the index at the top and no other.
    template <class Sink>
    std::size_t steal_some(std::size_t max, Sink&& sink) const noexcept {
      const std::size_t ready = len();
      const std::size_t half = ready - ready / 2;
      const std::size_t wanted = half < max ? half : max;
      std::size_t count = 0;
      while (count < wanted) {
        T* const item = steal();
        if (item == nullptr) break;
        ++count;
        sink(*item);
      }
      return count;
    }

    [[nodiscard]] std::size_t len() const noexcept { return deque_.len(); }
    [[nodiscard]] bool has_tasks() const noexcept { return deque_.has_tasks(); }

   private:
    friend WorkDeque;
    explicit ThiefEnd(WorkDeque& deque) noexcept : deque_(deque) {}
    WorkDeque& deque_;
  };
  /// Any thread.
  [[nodiscard]] ThiefEnd thief_end() noexcept { return ThiefEnd(*this); }

  /// Takes all of `victim` at once, in their order, however many they are. Only while this deque is
  /// empty, and where one thread runs all workers: it changes owner and thief, both ends and the
  /// ring in several steps.
  void take_all(WorkDeque& victim) noexcept requires(Atomics::kOneThread) {
    LOOPSTEAL_ASSERT(len() == 0, "all of a deque goes to an empty one");
    top_.store(victim.top_.exchange(top_.load()));
    bottom_.store(victim.bottom_.exchange(bottom_.load()));
    ring_.store(victim.ring_.exchange(ring_.load()));
    std::swap(top_seen_, victim.top_seen_);
    rings_.swap(victim.rings_);
  }

  /// How many items are here. Any thread; on others than the owner's it is out of date at once, but
  /// a push that happened before the call is counted, unless its item has left.
  [[nodiscard]] std::size_t len() const noexcept {
    // relaxed: a count; no slot is read. In whichever order they are seen, an item that is below
    // the bottom and not below the top is counted.
    const Index top = top_.load(std::memory_order_relaxed);
    // seq_cst: pairs with announce(); read by a worker that is about to sleep.
    const Index bottom =
        bottom_.load(Atomics::order(Site::work_deque_count, std::memory_order_seq_cst));
    return bottom > top ? static_cast<std::size_t>(bottom - top) : 0;
  }

  /// Whether an item is here. Any thread, as len().
  [[nodiscard]] bool has_tasks() const noexcept { return len() != 0; }

 private:
  using Slot = typename Atomics::template Atomic<T*>;

  class Ring {
   public:
    explicit Ring(std::size_t capacity)
        : mask_(capacity - 1), slots_(std::make_unique<Slot[]>(capacity)) {}
    [[nodiscard]] Index capacity() const noexcept { return static_cast<Index>(mask_ + 1); }
    Slot& slot(Index index) noexcept { return slots_[static_cast<std::size_t>(index) & mask_]; }

   private:
    const std::size_t mask_;
    const std::unique_ptr<Slot[]> slots_;
  };

  // relaxed, both: our own stores.
  T* own_slot(Index index) noexcept {
    return ring_.load(std::memory_order_relaxed)->slot(index).load(std::memory_order_relaxed);
  }

  /// ThiefEnd::steal().
  [[nodiscard]] T* take_oldest() noexcept {
    // seq_cst, both: see the proof. That of the bottom also is the acquire that pairs with push().
    const Index top = top_.load(std::memory_order_seq_cst);
    const Index bottom =
        bottom_.load(Atomics::order(Site::work_deque_check_bottom, std::memory_order_seq_cst));
    if (top >= bottom) return nullptr;
    // acquire: pairs with make_room(). At least the ring that goes with this bottom; a newer one
    // holds the item too.
    Ring* const ring =
        ring_.load(Atomics::order(Site::work_deque_follow_ring, std::memory_order_acquire));
    // relaxed: ordered by the bottom, or by the ring if that is newer.
    T* const item = ring->slot(top).load(std::memory_order_relaxed);
    return take_top(top) ? item : nullptr;
  }

  bool take_top(Index top) noexcept {
    // seq_cst: see the proof. relaxed on failure: another taker has it, and that is all we ask.
    return top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst,
                                        std::memory_order_relaxed);
  }

  void put(T& item, Index bottom, Ring& ring) noexcept {
    ring.slot(bottom).store(&item, std::memory_order_relaxed);  // relaxed: the bottom orders it.
    // release: pairs with a thief's load of the bottom, for the slot, the ring and the item.
    bottom_.store(bottom + 1, Atomics::order(Site::work_deque_publish, std::memory_order_release));
  }

  /// push() once the ring looks full: apart, so that push() itself makes no call.
  [[gnu::noinline]] void push_full(T& item, Index bottom, Ring* ring) noexcept {
    put(item, bottom, *make_room(bottom, ring));
  }

  /// Returns a ring with a free slot for `bottom`.
  Ring* make_room(Index bottom, Ring* ring) noexcept {
    // acquire: pairs with take_top(): the slots below the top may be written again.
    top_seen_ = top_.load(std::memory_order_acquire);
    if (bottom - top_seen_ < ring->capacity()) return ring;
    rings_.push_back(std::make_unique<Ring>(2 * static_cast<std::size_t>(ring->capacity())));
    Ring* const larger = rings_.back().get();
    // relaxed, both: the slots are our own stores, and the store of the ring publishes the copies.
    for (Index i = top_seen_; i < bottom; ++i)
      larger->slot(i).store(ring->slot(i).load(std::memory_order_relaxed),
                            std::memory_order_relaxed);
    // release: pairs with a thief's load of the ring, which may come before any store of the
    // bottom.
    ring_.store(larger, Atomics::order(Site::work_deque_replace_ring, std::memory_order_release));
    return larger;
  }

  // Written by thieves and, for the last item, by the owner.
  alignas(Atomics::kApartBytes) typename Atomics::template Atomic<Index> top_{0};
  // Written by the owner. top_seen_ keeps push() off the top's cache line.
  alignas(Atomics::kApartBytes) typename Atomics::template Atomic<Index> bottom_{0};
  typename Atomics::template Atomic<Ring*> ring_{nullptr};
  Index top_seen_ = 0;                        ///< A top the owner has acquired. The owner's alone.
  std::vector<std::unique_ptr<Ring>> rings_;  ///< The last is in use. The owner's alone.
};

}  // namespace loopsteal
