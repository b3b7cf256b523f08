// The queue of one worker, into which other threads may push jobs: the models of queueing theory
// put arrivals straight onto a worker.
//
// It has a lock and no bound. The ring and the deque of work_stealing have one producer each, and
// no other order than their own; this queue has any number of producers, a random order, and
// stolen jobs that travel.
//
// Travelling jobs are on their way from a victim. They count as queued from the moment at which
// they arrive. Nothing happens at that moment: a look at the queue compares it with the clock.
//
// In the model of travelling jobs (Mitzenmacher 1998) a job that arrives at an idle thief is in
// service at once, and thieves take only jobs that wait. Here an idle thief begins the job at its
// next step, which may be later. So the thief keeps the first of the jobs that it sent for: other
// thieves neither see nor take that one. Without this rule a job may go from thief to thief for
// ever, each of them faster than its owner.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/random/random.hpp"
#include "sched/policy/parts/local_order.hpp"
#include "sched/policy/parts/steal_amount.hpp"
#include "sched/policy/random_stealing/options.hpp"

namespace loopsteal {

/// Members may be called on any thread unless they say otherwise. Owns no job. push() allocates
/// when the queue has never been as full before, and terminates if it cannot.
template <Machine M>
class OpenQueue {
 public:
  /// `random` draws the next job of LocalOrder::random.
  OpenQueue(M& machine, LocalOrder order, FastRandom random)
      : machine_(machine), order_(order), random_(random), mutex_(machine) {}

  [[gnu::noinline]] void push(Job& job) noexcept {
    const std::lock_guard lock(mutex_);
    take_in();
    append(job);
    // seq_cst: announces the push, as RunQueue::announce() does, to a worker about to sleep.
    size_.store(count_, std::memory_order_seq_cst);
  }

  /// By the owner: the next job in this queue's order, or null.
  [[nodiscard, gnu::noinline]] Job* pop() noexcept {
    if (size() == 0) return nullptr;
    const std::lock_guard lock(mutex_);
    take_in();
    Job* const job = count_ == 0 ? nullptr : take_next();
    // relaxed, here and below: a job that is kept runs on this worker, else on a thief; it runs.
    if (job != nullptr && travelling_.empty()) sent_for_.store(false, std::memory_order_relaxed);
    publish();
    return job;
  }

  /// How many jobs wait here. Out of date at once, but a push that happened before the call is
  /// counted, unless its job has left.
  [[nodiscard, gnu::noinline]] std::size_t size() const noexcept {
    // In this order: of jobs that are taken in meanwhile, none is missed; see take_in().
    const std::size_t coming = travelling();
    // seq_cst: pairs with push(), for a worker about to sleep. The lock orders the jobs.
    const std::size_t here = size_.load(std::memory_order_seq_cst);
    return coming != 0 && arrival() <= machine_.now() ? here + coming : here;
  }

  /// Jobs on their way here, or that have arrived and have not been taken in.
  [[nodiscard]] std::size_t travelling() const noexcept {
    // acquire: pairs with take_in().
    return travelling_count_.load(std::memory_order_acquire);
  }
  /// When they arrive; meaningful while there are any.
  [[nodiscard]] TimePoint arrival() const noexcept {
    return arrival_.load(std::memory_order_relaxed);  // relaxed: as size().
  }

  /// No job is here, nor on its way here.
  [[nodiscard]] bool exhausted() const noexcept { return travelling() == 0 && size() == 0; }

  /// By the owner: until when it may sleep, as far as its queue goes: kForever if nothing is here,
  /// and the beginning of time if it need not sleep at all.
  ///
  /// It has looked and found nothing, but that may have been before travelling jobs arrived, and a
  /// thief that came after may have taken them in and left some. So those that do not travel any
  /// more are looked for once more.
  [[nodiscard, gnu::noinline]] TimePoint next_job_at() const noexcept {
    if (travelling() != 0) return arrival();
    return size() != 0 ? TimePoint{} : kForever;
  }

  /// How many of size() a thief may take. `owner_runs`: the owner runs a job.
  [[nodiscard]] std::size_t stealable(bool owner_runs) const noexcept {
    const std::size_t jobs = size();
    return jobs - (keeps_one(owner_runs) && jobs != 0 ? 1 : 0);
  }

  /// By a thief: appends its share of the jobs at the front to `taken`, in order. `owner_runs`: as
  /// for stealable().
  [[gnu::noinline]] void give(StealAmount amount, bool owner_runs, JobQueue& taken) noexcept {
    if (stealable(owner_runs) == 0) return;
    const std::lock_guard lock(mutex_);
    take_in();
    const std::size_t kept = keeps_one(owner_runs) ? 1 : 0;
    if (count_ <= kept) return;
    for (std::size_t share = share_of(count_ - kept, amount); share != 0; --share)
      taken.push_back(*take_front());
    publish();
  }

  /// By the owner: `jobs`, in order, go in front of all others.
  [[gnu::noinline]] void put_in_front(JobQueue& jobs) noexcept {
    const std::lock_guard lock(mutex_);
    take_in();
    const std::size_t count = jobs.size();
    while (slots_.size() < count_ + count) grow();
    first_ = (first_ - count) & mask();
    count_ += count;
    for (std::size_t i = 0; i < count; ++i) slots_[(first_ + i) & mask()] = jobs.pop_front();
    publish();
  }

  /// By the owner: `jobs` will be at the end of the queue from `arrival` on. Only while none are on
  /// their way.
  [[gnu::noinline]] void send(JobQueue& jobs, TimePoint arrival) noexcept {
    const std::lock_guard lock(mutex_);
    arrival_.store(arrival, std::memory_order_relaxed);  // relaxed: as size().
    travelling_count_.store(jobs.size(), std::memory_order_relaxed);
    sent_for_.store(true, std::memory_order_relaxed);
    travelling_.splice_back(jobs);
  }

  /// Appends the jobs on their way here, before they arrive. While no worker runs.
  void take_travelling(JobQueue& left) noexcept {
    const std::lock_guard lock(mutex_);
    left.splice_back(travelling_);
    travelling_count_.store(0, std::memory_order_relaxed);  // relaxed: no worker runs.
  }

  /// Jobs that a thief has taken: one to run, the others are in its queue.
  struct Stolen {
    Job* run_now = nullptr;   ///< Null: nothing was taken, or the jobs travel.
    std::uint32_t count = 0;  ///< All that were taken.

    explicit operator bool() const noexcept { return count != 0; }
  };

  /// By the owner of `thief`, while no job travels there: moves a share of the jobs at the front to
  /// the front of `thief`. `owner_runs`: as for stealable().
  [[gnu::noinline]] Stolen steal_into(OpenQueue& thief, StealAmount amount, StolenOrder order,
                                      bool owner_runs) noexcept {
    JobQueue taken;
    give(amount, owner_runs, taken);
    const auto count = static_cast<std::uint32_t>(taken.size());
    if (count == 0) return {};
    if (order == StolenOrder::kept) {
      thief.put_in_front(taken);
      return {thief.pop(), count};
    }
    JobQueue kept;
    while (taken.size() > 1) kept.push_back(*taken.pop_front());
    if (!kept.empty()) thief.put_in_front(kept);
    return {taken.pop_front(), count};
  }

 private:
  template <class T>
  using Atomic = typename M::Atomics::template Atomic<T>;

  [[nodiscard]] bool keeps_one(bool owner_runs) const noexcept {
    return !owner_runs && sent_for_.load(std::memory_order_relaxed);
  }

  // All below: under the lock.

  [[gnu::noinline]] void take_in() noexcept {
    if (travelling_.empty() || arrival() > machine_.now()) return;
    while (Job* const job = travelling_.pop_front()) append(*job);
    publish();
    // release: a thread that sees that they travel no more sees that they are here.
    travelling_count_.store(
        0, M::Atomics::order(Site::open_queue_taken_in, std::memory_order_release));
  }

  [[gnu::noinline]] void append(Job& job) noexcept {
    if (count_ == slots_.size()) grow();
    slots_[(first_ + count_++) & mask()] = &job;
  }

  [[gnu::noinline]] Job* take_next() noexcept {
    switch (order_) {
      case LocalOrder::fifo:
        break;
      case LocalOrder::lifo:
        return slots_[(first_ + --count_) & mask()];
      case LocalOrder::random: {
        const std::size_t drawn = random_.next_below(static_cast<std::uint32_t>(count_));
        std::swap(slots_[first_ & mask()], slots_[(first_ + drawn) & mask()]);
        break;
      }
    }
    return take_front();
  }

  Job* take_front() noexcept {
    --count_;
    return slots_[first_++ & mask()];
  }

  void publish() noexcept { size_.store(count_, std::memory_order_relaxed); }  // As size().

  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }

  [[gnu::noinline]] void grow() noexcept {
    std::vector<Job*> larger(std::max<std::size_t>(4, 2 * slots_.size()));
    for (std::size_t i = 0; i < count_; ++i) larger[i] = slots_[(first_ + i) & mask()];
    slots_.swap(larger);
    first_ = 0;
  }

  M& machine_;
  const LocalOrder order_;
  FastRandom random_;
  typename M::Mutex mutex_;
  std::vector<Job*> slots_;  ///< A ring: a power of two of them, or none.
  std::size_t first_ = 0;    ///< Of the front, modulo their number.
  std::size_t count_ = 0;
  JobQueue travelling_;
  // Written under the lock, read without.
  Atomic<std::size_t> size_{0};
  Atomic<std::size_t> travelling_count_{0};
  Atomic<TimePoint> arrival_{TimePoint{}};
  Atomic<bool> sent_for_{false};  ///< The owner has begun none of the jobs that it sent for.
};

}  // namespace loopsteal
