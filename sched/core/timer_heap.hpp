// A binary heap of timers by deadline, with lazy cancellation.
//
// Two orders among equal deadlines. `as_heapq`: whatever the heap does with them, which is exactly
// what CPython's heapq does, as libstdc++'s push_heap and pop_heap move the same elements (asyncio
// compares its handles by deadline alone). `first_in`: first come, first served, as the slots of
// Tokio's wheel.
//
// A cancelled timer's entry stays in the heap until it is at the head or until compaction, since
// asyncio does so and it changes the order of equal deadlines (CPython: base_events.py, _run_once).
// Entries name a slot, not the timer, because the timer is gone by then.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/core/assert.hpp"
#include "sched/core/suspension.hpp"

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
  /// asyncio's count of those that were cancelled: with as_heapq it may exceed what is left of
  /// them.
  [[nodiscard]] std::size_t cancelled() const noexcept { return cancelled_; }
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }

  /// Of the head, which may be cancelled; kForever if there is none. Prune first.
  [[nodiscard]] TimePoint next_deadline() const noexcept {
    return heap_.empty() ? kForever : heap_.front().deadline;
  }

  void insert(Timer& timer) {
    const std::uint32_t slot = take_slot();
    slots_[slot].timer = &timer;
    timer.slot = slot;
    heap_.push_back({timer.deadline, slot, sequence_++});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// False if the timer is not here (never armed, fired, or cancelled before).
  bool cancel(Timer& timer) noexcept {
    if (timer.slot == Timer::kUnarmed) return false;
    LOOPSTEAL_ASSERT(slots_[timer.slot].timer == &timer, "the slot is another timer's");
    slots_[timer.slot].timer = nullptr;
    timer.slot = Timer::kUnarmed;
    ++cancelled_;
    return true;
  }

  /// Drops cancelled entries as asyncio does at the start of an iteration: all of them if there are
  /// many, else those at the head.
  void prune() noexcept {
    if (cancelled_ == 0) return;
    if (heap_.size() > kCompactAbove && 2 * cancelled_ > heap_.size()) return compact();
    while (!heap_.empty() && slots_[heap_.front().slot].timer == nullptr) {
      free_slot(pop_head());
      --cancelled_;
    }
  }

  /// The job of the next timer that is due at `now`, or null. Its timer is not touched afterwards.
  [[nodiscard]] Job* pop_due(TimePoint now) noexcept {
    while (!heap_.empty() && heap_.front().deadline <= now) {
      const std::uint32_t slot = pop_head();
      Timer* const timer = slots_[slot].timer;
      free_slot(slot);
      if (timer == nullptr) {
        // asyncio takes those that are due along and skips them later, without taking them off the
        // count: the next compaction comes the earlier.
        if constexpr (kTies == TimerTies::first_in) --cancelled_;
        continue;
      }
      timer->slot = Timer::kUnarmed;
      return timer->job;
    }
    return nullptr;
  }

 private:
  struct Entry {
    TimePoint deadline;
    std::uint32_t slot;
    std::uint32_t sequence;  // Wraps: ties are compared by distance.
  };
  struct Slot {
    Timer* timer = nullptr;
    std::uint32_t next_free = Timer::kUnarmed;
  };

  // The heap algorithms keep the greatest first, so the order is turned round.
  static bool later(const Entry& a, const Entry& b) noexcept {
    if constexpr (kTies == TimerTies::first_in)
      if (a.deadline == b.deadline)
        return static_cast<std::int32_t>(a.sequence - b.sequence) > 0;
    return a.deadline > b.deadline;
  }

  [[nodiscard]] std::uint32_t pop_head() noexcept {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const std::uint32_t slot = heap_.back().slot;
    heap_.pop_back();
    return slot;
  }

  void compact() noexcept {
    const auto dropped = [this](const Entry& entry) {
      if (slots_[entry.slot].timer != nullptr) return false;
      free_slot(entry.slot);
      return true;
    };
    heap_.erase(std::remove_if(heap_.begin(), heap_.end(), dropped), heap_.end());
    std::make_heap(heap_.begin(), heap_.end(), later);
    cancelled_ = 0;
  }

  [[nodiscard]] std::uint32_t take_slot() {
    if (first_free_ == Timer::kUnarmed) {
      slots_.emplace_back();
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = first_free_;
    first_free_ = slots_[slot].next_free;
    return slot;
  }

  void free_slot(std::uint32_t slot) noexcept {
    slots_[slot] = {nullptr, first_free_};
    first_free_ = slot;
  }

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::uint32_t first_free_ = Timer::kUnarmed;
  std::uint32_t sequence_ = 0;
  std::size_t cancelled_ = 0;
};

}  // namespace loopsteal
