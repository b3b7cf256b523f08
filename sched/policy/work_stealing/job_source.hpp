// Where a worker's next job comes from, as long as it need not steal: its own queue and slot, and
// the injector, which has its turn every so often and when there is nothing else.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sched/contract.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/fixed_array.hpp"
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
            Occupancy<M>& occupancy) noexcept
      : machine_(machine), options_(options), injector_(injector), occupancy_(occupancy) {}

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
      occupancy_.add(w);
    }
    return chain.first;
  }

  // ---- For a join: what the next step would choose, if it is the joiner's child
  // ------------------

  /// `latest`, which the slot shows, taken as the chain would be followed into the slot. Null: it
  /// would not be followed, or `latest` is not the child of `joiner`.
  Job* child_in_slot(WorkerId w, Worker& me, const Completion& joiner, Job& latest) noexcept {
    if (me.lifo_slot.stealable() || me.budget == 0) return nullptr;
    if (promise_of(latest).completion != &joiner) return nullptr;
    me.lifo_slot.clear();
    machine_.charge(w, Op::lifo_poll, 1);
    if (++me.lifo_polls == options_.lifo_cap) me.lifo_enabled = false;
    machine_.on_inline_run(w, latest);
    return &latest;
  }

  /// The newest job of a deque, not begun. Null: there is none, or it is the injector's turn. The
  /// caller begins it with begin_newest() or pushes it again.
  [[nodiscard]] Job* pop_newest(Worker& me) noexcept {
    if (me.until_global == 1 && !injector_.empty()) [[unlikely]]
      return nullptr;
    return me.queue.pop_newest();
  }

  /// `job`, from pop_newest(), runs now: it counts as a step that found the slot empty.
  void begin_newest(WorkerId w, Worker& me, Job& job) noexcept {
    me.until_global = me.until_global == 1 ? me.global_interval.get() : me.until_global - 1;
    machine_.charge(w, Op::pop_local, 1);
    me.end_chain();
    me.begin_chain();
    machine_.on_inline_run(w, job);
  }

 private:
  M& machine_;
  const WorkStealingOptions& options_;
  Jobs& injector_;
  Occupancy<M>& occupancy_;
};

}  // namespace loopsteal
