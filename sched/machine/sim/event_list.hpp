// Order of events in virtual time.
//
// Every worker and every device has one place here, so it has at most one scheduled event. Moving
// an event replaces it, and no cancelled event is left behind. Events are ordered by time. At the
// same time, devices come before workers, so that a worker sees what has completed at that moment;
// other ties are in the order of scheduling.
//
// The list is a 4-ary heap. Most popped workers schedule their next event, which replaces the root
// in place. Events at the present moment (a wake-up, a step that took no time) go through a ring in
// front of the heap: its order, first in, first out, is the order of their sequence numbers. The
// heap is laid out for its size: siblings share a cache line, and are compared without branches,
// since no processor predicts which of them is the least.
#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "sched/atomics.hpp"
#include "sched/core/assert.hpp"
#include "sched/core/fetch.hpp"
#include "sched/core/random/mix.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Not synchronised. Allocates only at construction.
class EventList {
 public:
  using Id = std::uint32_t;

  struct Event {
    TimePoint at;
    Id id;
  };

  struct Options {
    Id places = 1;   ///< Ids are 0 .. places-1; at most 2^20.
    Id devices = 0;  ///< Ids from places - devices on belong to devices.
    /// If not 0, events at the same time come in an order drawn from this seed, devices still
    /// first. A correct program gives the same answer in every such order.
    std::uint64_t shuffle_ties = 0;
  };

  explicit EventList(const Options& options)
      : first_device_(options.places - options.devices),
        shuffle_ties_(options.shuffle_ties),
        where_(options.places, kNowhere),
        ring_(ring_size(options.places)),
        ring_mask_(static_cast<std::uint32_t>(ring_.size()) - 1) {
    LOOPSTEAL_CHECK(options.places <= kPlacesMax, "an event list has 2^20 places at most");
    heap_.reserve(options.places + 1);
  }

  /// The present: the time of the last popped event.
  [[nodiscard]] TimePoint now() const noexcept { return TimePoint(Duration(now_)); }

  [[nodiscard]] bool empty() noexcept {
    close_gap();
    return heap_.empty() && ring_count_ == 0;
  }

  /// True if another event happens at the present time.
  [[nodiscard]] bool more_now() noexcept {
    if (ring_count_ != 0) return true;
    close_gap();
    return !heap_.empty() && heap_.front().at <= now_;
  }

  [[nodiscard]] bool scheduled(Id id) const noexcept { return where_[id] != kNowhere; }

  /// Time of the event of `id`, which must be scheduled.
  [[nodiscard]] TimePoint at(Id id) const noexcept {
    return where_[id] == kInRing ? now() : TimePoint(Duration(heap_[where_[id]].at));
  }

  /// The id that last entered the first level below the root (near) or the second (nearing). Most
  /// likely it has its turn in a few events (near) or in some twenty (nearing). Hints for
  /// prefetching.
  [[nodiscard]] Id near() const noexcept { return near_; }
  [[nodiscard]] Id nearing() const noexcept { return nearing_; }

  /// Sets or moves the event of `id`. `at` is not before the present. An event that is already at
  /// the present time stays in its place.
  void schedule(Id id, TimePoint at) noexcept {
    const std::int64_t time = at.time_since_epoch().count();
    if (where_[id] == kInRing) return;
    if (time <= now_ && shuffle_ties_ == 0 && id < first_device_) {
      if (where_[id] != kNowhere) {
        if (heap_[where_[id]].at <= now_) return;
        remove(where_[id]);
      }
      where_[id] = kInRing;
      ring_[(ring_first_ + ring_count_++) & ring_mask_] = id;
      return;
    }
    const Entry entry{time, key_of(id)};
    if (where_[id] != kNowhere) return move(where_[id], entry);
    if (gap_) {
      gap_ = false;
      return sift_down(0, entry);
    }
    heap_.push_back(entry);
    sift_up(heap_.size() - 1, entry);
  }

  /// Removes the event of `id`, if there is one. It must not be at the present time.
  void cancel(Id id) noexcept {
    LOOPSTEAL_ASSERT(where_[id] != kInRing, "what happens now can no longer be cancelled");
    if (where_[id] != kNowhere) remove(where_[id]);
  }

  /// Removes the next event, and moves time on to it. The list must not be empty().
  [[nodiscard]] Event pop() noexcept {
    close_gap();
    if (ring_count_ != 0 && (heap_.empty() || heap_.front().at > now_)) {
      const Id id = ring_[ring_first_ & ring_mask_];
      ++ring_first_;
      --ring_count_;
      where_[id] = kNowhere;
      return {now(), id};
    }
    const Entry first = heap_.front();
    gap_ = true;  // Most likely this id schedules its next event, which goes there.
    now_ = first.at;
    const Id id = id_of(first);
    where_[id] = kNowhere;
    return {now(), id};
  }

  /// Removes all events and keeps the time: between runs.
  void clear() noexcept {
    for (std::uint32_t& place : where_) place = kNowhere;
    heap_.clear();
    gap_ = false;
    ring_count_ = 0;
  }

 private:
  static constexpr std::uint64_t kPlacesMax = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kWorkers = std::uint64_t{1} << 63;  // Above all devices.
  /// The last place of each of the first two levels below the root.
  static constexpr std::size_t kNear = 4, kNearing = 20;
  static constexpr std::uint32_t kNowhere = UINT32_MAX, kInRing = UINT32_MAX - 1;

  struct Entry {
    std::int64_t at;
    std::uint64_t key;  ///< Workers' bit, 43 bits of sequence, 20 bits of id.
    // One number of 128 bits, so that the comparison has no branch, which would be unpredictable.
    // Times are never negative.
    __extension__ using Rank = unsigned __int128;
    [[nodiscard]] Rank rank() const noexcept {
      return Rank{static_cast<std::uint64_t>(at)} << 64 | key;
    }
    friend bool operator<(const Entry& a, const Entry& b) noexcept { return a.rank() < b.rank(); }
  };

  /// Puts the four children of a place on one cache line: the first element is one place before a
  /// line.
  template <class T>
  struct ChildrenOnALine {
    using value_type = T;
    ChildrenOnALine() = default;
    template <class U>
    explicit ChildrenOnALine(const ChildrenOnALine<U>&) noexcept {}

    static constexpr std::size_t kInFront = kCacheLineBytes / sizeof(T) - 1;
    static constexpr std::align_val_t kAligned{kCacheLineBytes};
    [[nodiscard]] T* allocate(std::size_t count) {
      return static_cast<T*>(::operator new((kInFront + count) * sizeof(T), kAligned)) + kInFront;
    }
    void deallocate(T* first, std::size_t) noexcept {
      ::operator delete(first - kInFront, kAligned);
    }
    friend bool operator==(const ChildrenOnALine&, const ChildrenOnALine&) = default;
  };

  static Id id_of(const Entry& entry) noexcept {
    return static_cast<Id>(entry.key & (kPlacesMax - 1));
  }

  static std::size_t ring_size(Id places) {
    std::size_t size = 2;
    while (size < places) size *= 2;
    return size;
  }

  [[nodiscard]] std::uint64_t key_of(Id id) noexcept {
    const std::uint64_t number = sequence_++;
    const std::uint64_t place = shuffle_ties_ == 0 ? number : mix64(shuffle_ties_ + number);
    const std::uint64_t rank = id < first_device_ ? kWorkers : 0;
    return rank | ((place << 20) & (kWorkers - 1)) | id;
  }

  /// The root was popped and no event has replaced it: closes the gap.
  void close_gap() noexcept {
    if (!gap_) return;
    gap_ = false;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(0, last);
  }

  void remove(std::size_t place) noexcept {
    where_[id_of(heap_[place])] = kNowhere;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) move(place, last);
  }

  void move(std::size_t place, const Entry& entry) noexcept {
    if (place > floor_of_root() && entry < heap_[(place - 1) / 4]) return sift_up(place, entry);
    sift_down(place, entry);
  }

  /// With a gap at the root, no entry rises into it.
  [[nodiscard]] std::size_t floor_of_root() const noexcept { return gap_ ? 4 : 0; }

  void sift_up(std::size_t place, const Entry& entry) noexcept {
    while (place > floor_of_root()) {
      const std::size_t parent = (place - 1) / 4;
      if (!(entry < heap_[parent])) break;
      put(place, heap_[parent]);
      place = parent;
    }
    put(place, entry);
  }

  void sift_down(std::size_t place, const Entry& entry) noexcept {
    const std::size_t size = heap_.size();
    while (true) {
      const std::size_t first = 4 * place + 1;
      if (first >= size) break;
      fetch_children_of_four(first);
      const std::size_t least =
          first + 4 <= size ? first + least_of_four(&heap_[first]) : least_from(first);
      if (!(heap_[least] < entry)) break;
      put(place, heap_[least]);
      if (place <= kNearing) note_nearing(place);
      place = least;
    }
    put(place, entry);
  }

  /// The next pop reads one of them, and in a large heap they are far away.
  void fetch_children_of_four(std::size_t first) const noexcept {
    const std::size_t children = 4 * first + 1;
    if (children + 16 <= heap_.size()) fetch_ahead(&heap_[children], 16 * sizeof(Entry));
  }

  void note_nearing(std::size_t place) noexcept {
    if (place != 0) (place <= kNear ? near_ : nearing_) = id_of(heap_[place]);
  }

  [[nodiscard]] static std::size_t least_of_four(const Entry* four) noexcept {
    const std::size_t left = four[1] < four[0];
    const std::size_t right = 2 + std::size_t{four[3] < four[2]};
    const std::size_t if_right = std::size_t{0} - std::size_t{four[right] < four[left]};
    return left ^ ((left ^ right) & if_right);
  }

  [[nodiscard]] std::size_t least_from(std::size_t first) const noexcept {
    std::size_t least = first;
    for (std::size_t child = first + 1; child < heap_.size(); ++child)
      if (heap_[child] < heap_[least]) least = child;
    return least;
  }

  void put(std::size_t place, const Entry& entry) noexcept {
    heap_[place] = entry;
    where_[id_of(entry)] = static_cast<std::uint32_t>(place);
  }

  const Id first_device_;
  const std::uint64_t shuffle_ties_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
  Id near_ = 0;
  Id nearing_ = 0;
  bool gap_ = false;  ///< The root is vacant: heap_[0] is undefined.
  std::vector<Entry, ChildrenOnALine<Entry>> heap_;
  std::vector<std::uint32_t> where_;  ///< By id: its place in the heap, or kNowhere or kInRing.
  std::vector<Id> ring_;
  const std::uint32_t ring_mask_;
  std::uint32_t ring_first_ = 0;
  std::uint32_t ring_count_ = 0;
};

}  // namespace loopsteal
