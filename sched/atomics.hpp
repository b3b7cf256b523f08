// The door through which the lock-free files of this folder reach shared memory.
//
// Each of them takes a class like StdAtomics as a template parameter. Production uses StdAtomics,
// which is std::atomic and nothing else. The model tests use one whose atomics explore every
// interleaving, and variants of it that weaken one Site, to prove that the tests would notice.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sched/core/cache_line.hpp"

namespace loopsteal {

/// The accesses whose memory order carries a proof; the proofs stand in the files named first.
enum class Site : std::uint8_t {
  run_queue_publish,        ///< Owner: store of the tail after the slots.
  run_queue_reuse,          ///< Owner: load of the head before slots are written again.
  run_queue_remove,         ///< Owner: read-modify-write of the head when jobs leave.
  run_queue_observe_head,   ///< Thief: load of the head before the tail.
  run_queue_observe_tail,   ///< Thief: load of the tail before the slots.
  run_queue_finish,         ///< Thief: read-modify-write of the head after the slots are read.
  run_queue_announce,       ///< Owner: store of the tail before it reads the idle set's word.
  run_queue_count,          ///< Any: load of the tail by who counts what is here.
  work_deque_publish,       ///< Owner: store of the bottom after the slot.
  work_deque_reserve,       ///< Owner: store of the bottom that reserves the newest item.
  work_deque_check_top,     ///< Owner: load of the top after the reservation.
  work_deque_check_bottom,  ///< Thief: load of the bottom after the top.
  work_deque_replace_ring,  ///< Owner: store of the ring's address after the copies.
  work_deque_follow_ring,   ///< Thief: load of the ring's address before the slot.
  work_deque_announce,      ///< Owner: store of the bottom before it reads the idle set's word.
  work_deque_count,         ///< Any: load of the bottom by who counts what is here.
  open_queue_taken_in,      ///< Any, under the lock: store of what travels after the size.
  injector_announce,        ///< Any, under the lock: store of the length after a push.
  injector_count,           ///< Any: load of the length.
  brief_mutex_lock,         ///< Any: compare-exchange that takes the lock.
  brief_mutex_unlock,       ///< Holder: store that gives it back.
  idle_set_submit,          ///< Submitter: load of the word after the push.
  idle_set_park,            ///< Worker: read-modify-write of the word before the last look.
};

/// What production runs on.
struct StdAtomics {
  template <class T>
  using Atomic = std::atomic<T>;

  /// How far apart lies what different threads write.
  static constexpr std::size_t kApartBytes = kCacheLineBytes;

  /// Whether one thread runs all workers, so that several operations are as one.
  static constexpr bool kOneThread = false;

  /// Plain memory that threads hand to each other; model tests check that it never races.
  template <class T>
  class Cell {
   public:
    Cell() = default;
    explicit Cell(T value) noexcept : value_(value) {}
    [[nodiscard]] T load() const noexcept { return value_; }
    void store(T value) noexcept { value_ = value; }

   private:
    T value_{};
  };

  /// The memory order of an access: the one intended. A constant, at every optimisation level.
  static consteval std::memory_order order(Site, std::memory_order intended) { return intended; }
};

}  // namespace loopsteal
