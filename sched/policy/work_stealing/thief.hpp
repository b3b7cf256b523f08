// The search of work stealing: a worker out of work asks each other worker, and takes a share of
// the first queue that has jobs.
#pragma once
#include "sched/contract.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/policy/parts/victims.hpp"
#include "sched/policy/work_stealing/stealing_worker.hpp"

namespace loopsteal {

/// Every member is called by worker `w`, whose state is `me`. What it charges, it charges to `w`.
template <Machine M>
class Thief {
 public:
  using Options = WorkStealingOptions;
  using Worker = StealingWorker<M>;
  using Workers = FixedArray<Worker>;

  /// All three must outlive the thief. `workers` may be filled later. Only the thieves' ends of
  /// other workers' queues are used: victim().
  Thief(M& machine, const Options& options, const Workers& workers) noexcept
      : machine_(machine), options_(options), workers_(workers), occupancy_(machine.workers()) {}

  /// Which workers may have jobs.
  [[nodiscard]] Occupancy<M>& occupancy() noexcept { return occupancy_; }

  /// A job to run; others that came with it are in the thief's queue. Null: none was found.
  Job* steal(WorkerId w, Worker& me) noexcept {
    for (std::uint32_t round = 0; round < options_.steal_rounds; ++round) {
      Job* const job = options_.victim == Victim::random ? ask_at_random(w, me) : ask_all(w, me);
      if (job != nullptr) return job;
    }
    return nullptr;
  }

  /// Some worker has jobs that others may take.
  [[nodiscard, gnu::noinline]] bool anybody_has_jobs() const noexcept {
    return any_worker(occupancy_, machine_.workers(),
                      [this](WorkerId w) { return victim(w).has_jobs(); });
  }

  /// As long as a search may last: for virtual time's watchdog.
  [[nodiscard]] LongestSearch longest_search() const noexcept {
    const std::uint64_t others = machine_.workers();
    return {.looks = options_.steal_rounds * others + options_.event_interval,
            .waits = options_.park_spin};
  }

 private:
  using Stolen = typename LocalQueue<M>::Stolen;

  Job* ask_all(WorkerId w, Worker& me) noexcept {
    return ask_each_once(machine_, occupancy_, w, me.random,
                         [&](WorkerId victim) { return ask(w, me, victim); });
  }

  /// As many draws as there are workers. If no worker has jobs, no draw would matter.
  Job* ask_at_random(WorkerId w, Worker& me) noexcept {
    const WorkerId n = machine_.workers();
    if (occupancy_.next_nonempty(0, n) == n) {
      machine_.charge(w, Op::steal_attempt, n - 1);
      return nullptr;
    }
    for (WorkerId i = 0; i < n; ++i) {
      const WorkerId victim = me.random.next_below(n);
      if (victim == w) continue;
      if (Job* const job = ask(w, me, victim)) return job;
    }
    return nullptr;
  }

  Job* ask(WorkerId w, Worker& me, WorkerId victim) noexcept {
    machine_.charge(w, Op::steal_attempt, 1);
    const Stolen stolen = take(w, me, victim);
    if (stolen.count != 0) machine_.charge(w, Op::steal_operation, 1);
    return stolen.run_now;
  }

  [[nodiscard]] VictimEnd<M> victim(WorkerId w) const noexcept { return workers_[w].as_victim(); }

  [[gnu::noinline]] Stolen take(WorkerId w, Worker& me, WorkerId from) noexcept {
    const VictimEnd<M> other = victim(from);
    Stolen stolen = other.queue.steal_into(me.queue, options_.steal);
    if (stolen.run_now == nullptr) {
      if (!other.queue.has_jobs()) occupancy_.remove(from);  // The slot holds one at most.
      stolen.run_now = other.lifo_slot.steal();
      if (stolen.run_now == nullptr) return {};
      stolen.count = 1;
    } else if (stolen.count > 1) {
      occupancy_.add(w);
    }
    machine_.charge(w, Op::stolen_job, stolen.count);
    machine_.stolen(w, from, stolen.count);
    return stolen;
  }

  M& machine_;
  const Options& options_;
  const Workers& workers_;
  Occupancy<M> occupancy_;
};

}  // namespace loopsteal
