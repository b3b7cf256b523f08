// A worker's own queue: the ring for fifo, the deque for lifo, or one that others push to as well.
#pragma once
#include <algorithm>
#include <memory>
#include <optional>

#include "sched/contract.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/work_deque.hpp"
#include "sched/policy/work_stealing/open_queue.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {

/// Members are the owner's unless they say otherwise.
template <Machine M>
class LocalQueue {
 public:
  using Ring = RunQueue<Job, typename M::Atomics>;
  using Deque = WorkDeque<Job, typename M::Atomics>;
  using Stolen = typename Ring::Stolen;

  /// `random` is for the order of jobs, where that is random.
  LocalQueue(M& machine, const WorkStealingOptions& options, FastRandom random)
      : kind_(kind_of(options)), kept_in_order_(options.stolen_order == StolenOrder::kept) {
    if (kind_ == Kind::open) {
      open_ = std::make_unique<OpenQueue<M>>(machine, options.local_order, random);
    } else if (kind_ == Kind::ring) {
      ring_.emplace(RunQueueOptions{options.queue_capacity, options.overflow});
    } else {
      deque_.emplace(options.queue_capacity);
    }
  }

  /// `sink(first, last, count)` takes what does not fit: never anything in lifo order.
  template <class Sink>
  Pushed push(Job& job, Sink&& sink) noexcept {
    if (kind_ == Kind::ring) [[likely]]
      return ring_->push_back(job, sink);
    push_without_bound(job);
    return Pushed::kept;
  }

  /// Appends linked jobs, oldest first; there must be room().
  void push_chain(Job* first, std::uint32_t count) noexcept {
    if (kind_ == Kind::ring) return ring_->push_chain(first, count);
    for (; count != 0; --count) {
      Job* const next = first->next;  // Once pushed, the job is not ours to read.
      push_without_bound(*first);
      first = next;
    }
  }

  [[nodiscard]] Job* pop() noexcept {
    if (kind_ == Kind::ring) [[likely]]
      return ring_->pop();
    return kind_ == Kind::deque ? deque_->pop() : open_->pop();
  }

  /// After pushes, before the owner reads whom to wake: see RunQueue::announce().
  void announce() noexcept {
    if (kind_ == Kind::ring) [[likely]] {
      ring_->announce();
    } else if (kind_ == Kind::deque) {
      deque_->announce();
    }  // In one that is open, each push does it.
  }

  /// Whether it is one whose next job is its newest, which others may take first.
  [[nodiscard]] bool is_deque() const noexcept { return kind_ == Kind::deque; }

  /// pop() of a deque.
  [[nodiscard]] Job* pop_newest() noexcept { return deque_->pop(); }

  [[nodiscard]] std::uint32_t room() noexcept {
    return kind_ == Kind::ring ? ring_->free_slots() : UINT32_MAX;
  }

  /// Any thread.
  [[nodiscard]] std::size_t size() const noexcept {
    if (kind_ == Kind::ring) return ring_->len();
    return kind_ == Kind::deque ? deque_->len() : open_->size();
  }
  [[nodiscard]] bool has_jobs() const noexcept {
    if (kind_ == Kind::ring) return ring_->has_tasks();
    return kind_ == Kind::deque ? deque_->has_tasks() : open_->size() != 0;
  }

  /// size() without what a thief may not take; `owner_runs`: the owner runs a job.
  [[nodiscard]] std::size_t stealable(bool owner_runs) const noexcept {
    return kind_ == Kind::open ? open_->stealable(owner_runs) : size();
  }
  [[nodiscard]] bool has_stealable(bool owner_runs) const noexcept {
    return kind_ == Kind::open ? open_->stealable(owner_runs) != 0 : has_jobs();
  }

  /// No job is here, nor on its way here.
  [[nodiscard, gnu::noinline]] bool exhausted() const noexcept {
    return (kind_ != Kind::open || open_->travelling() == 0) && !has_jobs();
  }

  /// By the owner of `thief`, another queue of the same kind. Not while jobs travel to it.
  /// `owner_runs`: the owner of this one runs a job.
  Stolen steal_into(LocalQueue& thief, StealAmount amount, bool owner_runs = true) noexcept {
    if (kind_ == Kind::open) return steal_open(thief, amount, owner_runs);
    const Stolen stolen = kind_ == Kind::ring          ? ring_->steal_into(*thief.ring_, amount)
                          : amount == StealAmount::one ? steal_one()
                                                       : steal_many(*thief.deque_, amount);
    if (!kept_in_order_ || stolen.count < 2) return stolen;
    return {thief.put_in_order(*stolen.run_now), stolen.count};
  }

  /// The queue that others may push to; null for the ring and the deque, which are the owner's.
  [[nodiscard]] OpenQueue<M>* open() const noexcept { return open_.get(); }

 private:
  enum class Kind : std::uint8_t { ring, deque, open };

  static Kind kind_of(const WorkStealingOptions& options) noexcept {
    if (options.open_queues()) return Kind::open;
    return options.local_order == LocalOrder::fifo ? Kind::ring : Kind::deque;
  }

  void push_without_bound(Job& job) noexcept {
    kind_ == Kind::deque ? deque_->push(job) : open_->push(job);
  }

  /// `newest` goes behind those that were stolen with it; the oldest of them runs now. In a deque
  /// the newest runs first in any case, and in a ring without room.
  [[gnu::noinline]] Job* put_in_order(Job& newest) noexcept {
    if (kind_ != Kind::ring || ring_->free_slots() == 0) return &newest;
    newest.next = nullptr;
    ring_->push_chain(&newest, 1);
    return ring_->pop();
  }

  Stolen steal_one() noexcept {
    Job* const job = deque_->steal();
    return {job, job == nullptr ? 0u : 1u};
  }

  [[gnu::noinline]] Stolen steal_open(LocalQueue& thief, StealAmount amount,
                                      bool owner_runs) noexcept {
    JobQueue taken;
    open_->give(amount, owner_runs, taken);
    const auto count = static_cast<typename Ring::Index>(taken.size());
    if (count == 0) return {};
    if (kept_in_order_) {
      thief.open_->put_in_front(taken);
      return {thief.open_->pop(), count};
    }
    JobQueue kept;
    while (taken.size() > 1) kept.push_back(*taken.pop_front());
    if (!kept.empty()) thief.open_->put_in_front(kept);
    return {taken.pop_front(), count};
  }

  /// The last stolen is run, the others are kept, as with the ring. A deque has no batch, so `all`
  /// is a few times `half`, each one by one.
  Stolen steal_many(Deque& thief, StealAmount amount) noexcept {
    if constexpr (M::Atomics::kOneThread)
      if (amount == StealAmount::all && !thief.has_tasks()) return steal_all(thief);
    Job* last = nullptr;
    std::uint32_t count = 0;
    const auto keep = [&](Job& job) {
      if (last != nullptr) thief.push(*last);
      last = &job;
      ++count;
    };
    const std::size_t most = amount == StealAmount::half_floor ? deque_->len() / 2 : SIZE_MAX;
    do {
      if (deque_->steal_some(most, keep) == 0) break;
    } while (amount == StealAmount::all);
    return {last, count};
  }

  /// The same at once: one by one, a queue that goes from thief to thief, as with `all` it does,
  /// would cost its length each time.
  Stolen steal_all(Deque& thief) noexcept {
    const auto count = static_cast<std::uint32_t>(deque_->len());
    if (count == 0) return {};
    thief.take_all(*deque_);
    return {thief.pop(), count};
  }

  const Kind kind_;  ///< Which of the three there is.
  const bool kept_in_order_;
  std::unique_ptr<OpenQueue<M>> open_;
  std::optional<Ring> ring_;
  std::optional<Deque> deque_;
};

}  // namespace loopsteal
