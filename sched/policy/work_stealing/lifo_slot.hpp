// The place in front of a worker's queue for the job made ready last (Tokio's LIFO slot, Go's
// runnext): a message's receiver runs right after its sender, on the same worker.
#pragma once
#include <atomic>

#include "sched/atomics.hpp"
#include "sched/core/job.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {

/// Holds one job at most. Members belong to the owner unless they say otherwise. A slot that is not
/// stealable needs no read-modify-write.
template <class Atomics = StdAtomics>
class LifoSlotPlace {
 public:
  explicit LifoSlotPlace(LifoSlot mode) noexcept : stealable_(mode == LifoSlot::stealable) {}

  [[nodiscard]] bool stealable() const noexcept { return stealable_; }

  /// Puts `job` here and returns what was here, or null.
  [[nodiscard]] Job* exchange(Job* job) noexcept {
    // acquire, release: pairs with steal(), for the job's contents. seq_cst: a job that others may
    // take is announced by it, as by RunQueue::announce().
    if (stealable_) return job_.exchange(job, std::memory_order_seq_cst);
    // relaxed, both: the owner's alone.
    Job* const old = job_.load(std::memory_order_relaxed);
    job_.store(job, std::memory_order_relaxed);
    return old;
  }

  [[nodiscard]] Job* take() noexcept { return exchange(nullptr); }

  /// Forgets what peek() has shown.
  void clear() noexcept { job_.store(nullptr, std::memory_order_relaxed); }  // relaxed: see peek().

  /// The job that is here, for the owner of a slot that is not stealable(). In a stealable() slot
  /// it tells no more than occupied(): a thief may have the job by now.
  [[nodiscard]] Job* peek() const noexcept {
    return job_.load(std::memory_order_relaxed);  // relaxed: the owner's alone.
  }

  /// Any thread, out of date at once; an owner that sees a job may find that a thief was faster.
  [[nodiscard]] bool occupied() const noexcept {
    return job_.load(std::memory_order_seq_cst) != nullptr;  // seq_cst: pairs with exchange().
  }

  /// The end that other threads use. No larger than a reference.
  class ThiefEnd {
   public:
    /// A job that a thief may take is here. Out of date at once.
    [[nodiscard]] bool has_job() const noexcept { return slot_.stealable_ && slot_.occupied(); }
    /// Null: there is none, or the owner or another thief was faster.
    [[nodiscard]] Job* steal() const noexcept {
      if (!has_job()) return nullptr;
      // acq_rel: pairs with exchange(), for the job's contents.
      return slot_.job_.exchange(nullptr, std::memory_order_acq_rel);
    }

   private:
    friend LifoSlotPlace;
    explicit ThiefEnd(LifoSlotPlace& slot) noexcept : slot_(slot) {}
    LifoSlotPlace& slot_;
  };
  /// Any thread.
  [[nodiscard]] ThiefEnd thief_end() noexcept { return ThiefEnd(*this); }

 private:
  const bool stealable_;
  typename Atomics::template Atomic<Job*> job_{nullptr};
};

}  // namespace loopsteal
