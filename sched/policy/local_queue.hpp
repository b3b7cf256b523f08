// A worker's own queue, in either order: the ring for fifo, the deque for lifo.
#pragma once
#include <memory>
#include <optional>

#include "sched/atomics.hpp"
#include "sched/core/job.hpp"
#include "sched/policy/run_queue.hpp"
#include "sched/policy/work_deque.hpp"
#include "sched/policy/work_stealing_options.hpp"

namespace loopsteal {

/// Members are the owner's unless they say otherwise.
template <class Atomics = StdAtomics>
class LocalQueue {
 public:
  using Ring = RunQueue<Job, Atomics>;
  using Deque = WorkDeque<Job, Atomics>;
  using Stolen = typename Ring::Stolen;

  explicit LocalQueue(const WorkStealingOptions& options) {
    if (options.local_order == LocalOrder::fifo) {
      ring_.emplace(RunQueueOptions{options.queue_capacity, options.overflow});
    } else {
      deque_.emplace(options.queue_capacity);
    }
  }

  /// `sink(first, last, count)` takes what does not fit: never anything in lifo order.
  template <class Sink>
  Pushed push(Job& job, Sink&& sink) noexcept {
    if (ring_) [[likely]] return ring_->push_back(job, sink);
    deque_->push(job);
    return Pushed::kept;
  }

  /// Appends linked jobs, oldest first; there must be room().
  void push_chain(Job* first, std::uint32_t count) noexcept {
    if (ring_) return ring_->push_chain(first, count);
    for (; count != 0; --count) {
      Job* const next = first->next;  // Once pushed, the job is not ours to read.
      deque_->push(*first);
      first = next;
    }
  }

  [[nodiscard]] Job* pop() noexcept { return ring_ ? ring_->pop() : deque_->pop(); }

  [[nodiscard]] std::uint32_t room() noexcept { return ring_ ? ring_->free_slots() : UINT32_MAX; }

  /// Any thread.
  [[nodiscard]] std::size_t size() const noexcept { return ring_ ? ring_->len() : deque_->len(); }
  [[nodiscard]] bool has_jobs() const noexcept {
    return ring_ ? ring_->has_tasks() : deque_->has_tasks();
  }

  /// By the owner of `thief`, another queue of the same kind.
  Stolen steal_into(LocalQueue& thief, StealAmount amount) noexcept {
    if (ring_) return ring_->steal_into(*thief.ring_, amount);
    if (amount == StealAmount::one) {
      Job* const job = deque_->steal();
      return {job, job == nullptr ? 0u : 1u};
    }
    return steal_many(*thief.deque_, amount);
  }

 private:
  /// The last stolen is run, the others are kept, as with the ring. A deque has no batch, so `all`
  /// is a few times `half`, each one by one.
  Stolen steal_many(Deque& thief, StealAmount amount) noexcept {
    Job* last = nullptr;
    std::uint32_t count = 0;
    const auto keep = [&](Job& job) {
      if (last != nullptr) thief.push(*last);
      last = &job;
      ++count;
    };
    do {
      if (deque_->steal_some(SIZE_MAX, keep) == 0) break;
    } while (amount == StealAmount::all);
    return {last, count};
  }

  std::optional<Ring> ring_;   // One of the two,
  std::optional<Deque> deque_;  // for good.
};

}  // namespace loopsteal
