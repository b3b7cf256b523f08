// A binary heap of timers by deadline, with lazy cancellation.
//
// It has two orders among equal deadlines. `as_heapq`: the order of CPython's heapq, as libstdc++'s
// push_heap and pop_heap move the same elements (asyncio compares its handles by deadline alone).
// `first_in`: first come, first served, like the slots of Tokio's wheel.
//
// A cancelled timer's entry stays in the heap until it reaches the head or until compaction:
// asyncio does so, and it changes the order of equal deadlines (CPython: base_events.py,
// _run_once). Entries name a slot, not the timer, because the timer may be gone.
//
// Large heaps are slow because of the memory they touch, not because of their computation. So one
// bit says whether a timer was cancelled. A walk down the heap prefetches the levels below and has
// no branch that depends on a deadline. Due timers leave in batches, whose timers and jobs are
// prefetched together.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/core/assert.hpp"
#include "sched/core/coro/suspension.hpp"
#include "sched/core/fetch.hpp"

namespace loopsteal {

enum class TimerTies : std::uint8_t { as_heapq, first_in };

/// Not synchronised. Owns no timer.
template <TimerTies kTies>
class TimerHeap {
 public:
  // asyncio: _MIN_SCHEDULED_TIMER_HANDLES and _MIN_CANCELLED_TIMER_HANDLES_FRACTION, both exceeded.
  static constexpr std::size_t kCompactAbove = 100;

  /// Entries, cancelled ones included.
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  /// asyncio's count of cancelled timers: with as_heapq it may exceed the number of cancelled
  /// entries.
  [[nodiscard]] std::size_t cancelled() const noexcept { return cancelled_; }
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }

  /// Deadline of the head, which may be cancelled; kForever if there is none. Call prune() first.
  [[nodiscard]] TimePoint next_deadline() const noexcept {
    return heap_.empty() ? kForever : heap_.front().deadline;
  }

  void insert(Timer& timer) {
    const std::uint32_t slot = take_slot();
    timers_[slot] = &timer;
    timer.slot = slot;
    const Entry entry{timer.deadline, slot, sequence_++};
    heap_.push_back(entry);
    rise(heap_.size() - 1, entry);
  }

  /// False if the timer is not in the heap (never armed, fired, or cancelled before).
  bool cancel(Timer& timer) noexcept {
    if (timer.slot == Timer::kUnarmed) return false;
    LOOPSTEAL_ASSERT(timers_[timer.slot] == &timer, "the slot is another timer's");
    word_of(timer.slot) |= bit_of(timer.slot);
    timer.slot = Timer::kUnarmed;
    ++cancelled_;
    return true;
  }

  /// Drops cancelled entries as asyncio does at the start of an iteration: all of them if there are
  /// many, else those at the head.
  void prune() noexcept {
    if (cancelled_ == 0) return;
    if (heap_.size() > kCompactAbove && 2 * cancelled_ > heap_.size()) return compact();
    while (!heap_.empty() && is_cancelled(heap_.front().slot)) {
      free_slot(pop_head());
      --cancelled_;
    }
  }

  /// The job of the next timer that is due at `now`, or null. Its timer is not touched afterwards.
  [[nodiscard]] Job* pop_due(TimePoint now) noexcept {
    const std::uint32_t slot = pop_due_slot(now);
    return slot == Timer::kUnarmed ? nullptr : release(slot);
  }

  /// Calls `take(job)` for all timers due at `now`, in order; `take` may not use the heap.
  template <class Take>
  void pop_all_due(TimePoint now, const Take& take) noexcept {
    while (!heap_.empty() && heap_.front().deadline <= now) pop_batch(now, take);
  }

 private:
  struct Entry {
    TimePoint deadline;
    std::uint32_t slot;
    std::uint32_t sequence;  // Wraps: ties are compared by distance.
  };

  // Enough to keep the memory busy; the data of a batch stays in the nearest cache.
  static constexpr std::size_t kBatch = 16;

  // With bit operations, as the processor would mispredict every other branch.
  static bool later(const Entry& a, const Entry& b) noexcept {
    const bool is_later = a.deadline > b.deadline;
    if constexpr (kTies == TimerTies::first_in) {
      const bool came_later = static_cast<std::int32_t>(a.sequence - b.sequence) > 0;
      return static_cast<bool>(
          static_cast<int>(is_later) |
          (static_cast<int>(a.deadline == b.deadline) & static_cast<int>(came_later)));
    }
    return is_later;
  }

  /// Puts `entry` at `hole`, or in place of its first ancestor that is later.
  void rise(std::size_t hole, const Entry& entry) noexcept {
    while (hole != 0) {
      const std::size_t parent = (hole - 1) / 2;
      if (!later(heap_[parent], entry)) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = entry;
  }

  /// Removes the head: the earlier child moves up, level by level (of equal ones the right one),
  /// and the last entry rises from the end of that path, as in heapq and libstdc++'s pop_heap.
  [[nodiscard]] std::uint32_t pop_head() noexcept {
    const std::uint32_t slot = heap_.front().slot;
    const Entry last = heap_.back();
    heap_.pop_back();
    const std::size_t size = heap_.size();
    if (size == 0) return slot;
    Entry* const heap = heap_.data();
    std::size_t hole = 0;
    std::size_t child = 2;
    while (child < size) {
      fetch_levels_below(hole);
      child -= static_cast<std::size_t>(later(heap[child], heap[child - 1]));
      heap[hole] = heap[child];
      hole = child;
      child = 2 * hole + 2;
    }
    if (child == size) {  // One child only, a left one.
      heap[hole] = heap[child - 1];
      hole = child - 1;
    }
    rise(hole, last);
    return slot;
  }

  /// Three levels below `place`: eight entries in a row.
  void fetch_levels_below(std::size_t place) const noexcept {
    fetch_ahead(heap_.data() + 8 * place + 7, 8 * sizeof(Entry) + kCacheLineBytes);
  }

  /// Removes the next timer that is due and not cancelled; kUnarmed: there is none.
  [[nodiscard]] std::uint32_t pop_due_slot(TimePoint now) noexcept {
    while (!heap_.empty() && heap_.front().deadline <= now) {
      const std::uint32_t slot = pop_head();
      if (!is_cancelled(slot)) return slot;
      free_slot(slot);
      // asyncio takes due cancelled timers along and skips them later, without reducing the count:
      // the next compaction comes earlier.
      if constexpr (kTies == TimerTies::first_in) --cancelled_;
    }
    return Timer::kUnarmed;
  }

  template <class Take>
  void pop_batch(TimePoint now, const Take& take) noexcept {
    std::array<std::uint32_t, kBatch> slots;
    std::size_t count = 0;
    while (count < kBatch) {
      const std::uint32_t slot = pop_due_slot(now);
      if (slot == Timer::kUnarmed) break;
      __builtin_prefetch(&timers_[slot]);
      slots[count++] = slot;
    }
    for (std::size_t i = 0; i < count; ++i) fetch_ahead(timers_[slots[i]], sizeof(Timer));
    for (std::size_t i = 0; i < count; ++i) fetch_ahead(timers_[slots[i]]->job, sizeof(Job));
    for (std::size_t i = 0; i < count; ++i) take(*release(slots[i]));
  }

  [[nodiscard]] Job* release(std::uint32_t slot) noexcept {
    Timer& timer = *timers_[slot];
    free_slot(slot);
    timer.slot = Timer::kUnarmed;
    return timer.job;
  }

  void compact() noexcept {
    const auto dropped = [this](const Entry& entry) {
      if (!is_cancelled(entry.slot)) return false;
      free_slot(entry.slot);
      return true;
    };
    heap_.erase(std::remove_if(heap_.begin(), heap_.end(), dropped), heap_.end());
    std::make_heap(heap_.begin(), heap_.end(), later);
    cancelled_ = 0;
  }

  [[nodiscard]] std::uint32_t take_slot() {
    if (free_slots_.empty()) return new_slot();
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
  }

  [[gnu::noinline]] std::uint32_t new_slot() {
    if (timers_.size() % 64 == 0) cancelled_bits_.push_back(0);
    timers_.push_back(nullptr);
    free_slots_.reserve(timers_.capacity());  // So that freeing a slot never allocates.
    return static_cast<std::uint32_t>(timers_.size() - 1);
  }

  void free_slot(std::uint32_t slot) noexcept {
    word_of(slot) &= ~bit_of(slot);
    free_slots_.push_back(slot);
  }

  [[nodiscard]] bool is_cancelled(std::uint32_t slot) const noexcept {
    return (cancelled_bits_[slot / 64] & bit_of(slot)) != 0;
  }
  [[nodiscard]] std::uint64_t& word_of(std::uint32_t slot) noexcept {
    return cancelled_bits_[slot / 64];
  }
  static constexpr std::uint64_t bit_of(std::uint32_t slot) noexcept {
    return std::uint64_t{1} << (slot % 64);
  }

  std::vector<Entry> heap_;
  // By slot: the timer, and whether it was cancelled. One bit each, so that the bits of a million
  // stay in a near cache.
  std::vector<Timer*> timers_;
  std::vector<std::uint64_t> cancelled_bits_;
  std::vector<std::uint32_t> free_slots_;  ///< The latest freed last.
  std::uint32_t sequence_ = 0;
  std::size_t cancelled_ = 0;
};

}  // namespace loopsteal
