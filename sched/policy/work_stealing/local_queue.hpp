// A worker's own queue: the ring for fifo, the deque for lifo.
#pragma once
#include <algorithm>
#include <optional>

#include "sched/contract.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/work_deque.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {

/// Members belong to the owner unless they say otherwise. Other threads use thief_end().
template <Machine M>
class LocalQueue {
 public:
  using Ring = RunQueue<Job, typename M::Atomics>;
  using Deque = WorkDeque<Job, typename M::Atomics>;
  using Stolen = typename Ring::Stolen;

  explicit LocalQueue(const WorkStealingOptions& options)
      : is_deque_(options.local_order == LocalOrder::lifo) {
    if (is_deque_) {
      deque_.emplace(options.queue_capacity);
    } else {
      ring_.emplace(RunQueueOptions{options.queue_capacity, options.overflow});
    }
  }

  /// `sink(first, last, count)` takes what does not fit: never anything in lifo order.
  template <class Sink>
  Pushed push(Job& job, Sink&& sink) noexcept {
    if (!is_deque_) [[likely]]
      return ring_->push_back(job, sink);
    deque_->push(job);
    return Pushed::kept;
  }

  /// Appends linked jobs, oldest first; there must be room().
  void push_chain(Job* first, std::uint32_t count) noexcept {
    if (!is_deque_) return ring_->push_chain(first, count);
    for (; count != 0; --count) {
      Job* const next = first->next;  // Once pushed, the job is not ours to read.
      deque_->push(*first);
      first = next;
    }
  }

  [[nodiscard]] Job* pop() noexcept {
    if (!is_deque_) [[likely]]
      return ring_->pop();
    return deque_->pop();
  }

  /// After pushes, before the owner looks for a worker to wake: see RunQueue::announce().
  void announce() noexcept {
    if (!is_deque_) [[likely]] {
      ring_->announce();
    } else {
      deque_->announce();
    }
  }

  /// True for a deque: its next job is its newest.
  [[nodiscard]] bool is_deque() const noexcept { return is_deque_; }

  /// pop() of a deque.
  [[nodiscard]] Job* pop_newest() noexcept { return deque_->pop(); }

  [[nodiscard]] std::uint32_t room() noexcept {
    return is_deque_ ? UINT32_MAX : ring_->free_slots();
  }

  /// Any thread.
  [[nodiscard]] std::size_t size() const noexcept {
    return is_deque_ ? deque_->len() : ring_->len();
  }
  [[nodiscard]] bool has_jobs() const noexcept {
    return is_deque_ ? deque_->has_tasks() : ring_->has_tasks();
  }

  /// The end that other threads use, for any thread but the owner's. No larger than a reference.
  class ThiefEnd {
   public:
    /// As RunQueue::ThiefEnd::steal_into(). `destination` is of the same kind; its owner calls it.
    Stolen steal_into(LocalQueue& destination, StealAmount amount) const noexcept {
      return queue_.give_to(destination, amount);
    }
    [[nodiscard]] bool has_jobs() const noexcept { return queue_.has_jobs(); }

   private:
    friend LocalQueue;
    explicit ThiefEnd(LocalQueue& queue) noexcept : queue_(queue) {}
    LocalQueue& queue_;
  };
  /// Any thread.
  [[nodiscard]] ThiefEnd thief_end() noexcept { return ThiefEnd(*this); }

 private:
  /// ThiefEnd::steal_into().
  Stolen give_to(LocalQueue& thief, StealAmount amount) noexcept {
    if (!is_deque_) return ring_->thief_end().steal_into(*thief.ring_, amount);
    return amount == StealAmount::one ? steal_one() : steal_many(*thief.deque_, amount);
  }

  Stolen steal_one() noexcept {
    Job* const job = deque_->thief_end().steal();
    return {job, job == nullptr ? 0u : 1u};
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
    do {
      if (deque_->thief_end().steal_some(SIZE_MAX, keep) == 0) break;
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

  const bool is_deque_;  ///< Which of the two there is.
  std::optional<Ring> ring_;
  std::optional<Deque> deque_;
};

}  // namespace loopsteal
