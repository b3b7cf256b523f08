// Where a worker's next job comes from, as long as it need not steal: its own queue and slot, and
// the injector, which has its turn every so often and when there is nothing else.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sched/contract.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/core/task.hpp"
#include "sched/policy/parts/injector.hpp"
#include "sched/policy/work_stealing/options.hpp"
#include "sched/policy/work_stealing/stealing_worker.hpp"

namespace loopsteal {

/// Every member is called by worker `w`, whose state is `me`. What it charges, it charges to `w`.
template <Machine M>
class JobSource {
 public:
  using Worker = StealingWorker<M>;
  /// Where one thread runs all workers nothing is won by a long ring.
  static constexpr std::size_t kPlaces = M::Atomics::kOneThread ? 64 : 8192;
  using Jobs = Injector<Job, typename M::BriefMutex, typename M::Atomics, kPlaces>;

  /// All four must outlive it.
  JobSource(M& machine, const WorkStealingOptions& options, Jobs& injector,
            typename M::Census& census) noexcept
      : machine_(machine), options_(options), injector_(injector), census_(census) {}

  Job* next_job(WorkerId w, Worker& me) noexcept {
    if (--me.until_global == 0) [[unlikely]] {
      me.until_global = me.global_interval.get();
      if (Job* const job = pop_injector(w)) return job;
      return pop_local(w, me);
    }
    if (Job* const job = pop_local(w, me)) return job;
    return injector_.empty() ? nullptr : refill(w, me);
  }

  /// Appends all jobs that are ready, of all workers. While none of them runs.
  void take_ready(FixedArray<Worker>& workers, JobQueue& left) noexcept {
    while (Job* const job = injector_.pop()) left.push_back(*job);
    for (std::size_t w = 0; w < workers.size(); ++w) workers[w].take_ready(left);
  }

  Job* pop_local(WorkerId w, Worker& me) noexcept {
    Job* job = me.lifo_slot.occupied() ? me.lifo_slot.take() : nullptr;
    if (job == nullptr) job = me.queue.pop();
    if (job != nullptr) machine_.charge(w, Op::pop_local, 1);
    return job;
  }

  /// The oldest job of the injector alone: the worker has jobs of its own, or is a thief.
  Job* pop_injector(WorkerId w) noexcept {
    Job* const job = injector_.pop();
    if (job != nullptr) machine_.charge(w, Op::pop_remote, 1);
    return job;
  }

  /// The same for a worker whose own queue is empty: with injector_batch its fair share goes there.
  [[gnu::noinline]] Job* refill(WorkerId w, Worker& me) noexcept {
    if (!options_.injector_batch) return pop_injector(w);
    // Tokio: at most half a queue, so that there is room for what these jobs spawn.
    const std::size_t room = std::min<std::size_t>(me.queue.room(), options_.queue_capacity / 2);
    const std::size_t share = std::min(injector_.length() / machine_.workers() + 1, room);
    const auto chain = injector_.pop_chain(std::max<std::size_t>(1, share));
    if (chain.count == 0) return nullptr;
    machine_.charge(w, Op::pop_remote, chain.count);
    Job* const rest = chain.first->next;
    if (chain.count > 1) {
      me.queue.push_chain(rest, static_cast<std::uint32_t>(chain.count - 1));
      census_.may_have(w);
    }
    return chain.first;
  }

  /// As next_job(), but once: for a thief.
  [[gnu::noinline]] Job* look_at_own(WorkerId w, Worker& me) noexcept {
    Job* const job = pop_local(w, me);
    return job != nullptr ? job : pop_injector(w);
  }

  /// What the next step would choose, if it is a task whose end `joiner` is told. What is due every
  /// so many jobs has its turn here as there, since a tree of calls may take long to come back to a
  /// step: pool.maintain() does that. pool.push_and_notify() undoes what only a look can tell was
  /// wrong.
  template <class Pool>
  Job* child(WorkerId w, Worker& me, const Completion& joiner, Pool& pool) noexcept {
    if (Job* const latest = me.lifo_slot.peek()) return child_in_slot(w, me, joiner, *latest);
    if (!me.queue.is_deque()) return nullptr;  // A ring's next job is its oldest.
    // Apart, like the other calls that are seldom made: a join that finds its child makes none, and
    // so has no registers to save.
    if (--me.until_event == 0) [[unlikely]]
      return child_after_events(w, me, joiner, pool);
    return child_in_deque(w, me, joiner, pool);
  }

 private:
  template <class Pool>
  [[gnu::noinline]] Job* child_after_events(WorkerId w, Worker& me, const Completion& joiner,
                                            Pool& pool) noexcept {
    pool.maintain(w, me);
    return me.lifo_slot.occupied() ? nullptr : child_in_deque(w, me, joiner, pool);
  }

  /// Taken as the chain would be followed into the slot.
  Job* child_in_slot(WorkerId w, Worker& me, const Completion& joiner, Job& latest) noexcept {
    if (me.lifo_slot.stealable() || me.budget == 0) return nullptr;
    if (promise_of(latest).completion != &joiner) return nullptr;
    me.lifo_slot.clear();
    machine_.charge(w, Op::lifo_poll, 1);
    if (++me.lifo_polls == options_.lifo_cap) me.lifo_enabled = false;
    machine_.goes_on(w, latest);
    return &latest;
  }

  /// Taken as by a step that finds the slot empty.
  template <class Pool>
  Job* child_in_deque(WorkerId w, Worker& me, const Completion& joiner, Pool& pool) noexcept {
    const bool is_injectors_turn = me.until_global == 1;
    if (is_injectors_turn && !injector_.empty()) [[unlikely]]
      return nullptr;
    Job* const job = me.queue.pop_newest();
    if (job == nullptr) return nullptr;
    if (promise_of(*job).completion != &joiner) [[unlikely]]
      return no_child(w, me, *job, pool);
    me.until_global = is_injectors_turn ? me.global_interval.get() : me.until_global - 1;
    machine_.charge(w, Op::pop_local, 1);
    me.end_chain();
    me.begin_chain();
    machine_.goes_on(w, *job);
    return job;
  }

  /// And notifies: a searcher may have missed the job meanwhile.
  template <class Pool>
  [[gnu::noinline]] static Job* no_child(WorkerId w, Worker& me, Job& job, Pool& pool) noexcept {
    pool.push_and_notify(w, me, job);
    return nullptr;
  }

  M& machine_;
  const WorkStealingOptions& options_;
  Jobs& injector_;
  typename M::Census& census_;
};

}  // namespace loopsteal
