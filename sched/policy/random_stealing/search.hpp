// The search of a worker that has run out of work: which workers it asks, and what it takes.
//
// A search is made at once, all its looks in one step, or step by step: then what a look costs has
// passed before the look is taken, and what it costs to take jobs has passed before they are taken,
// so that other thieves may be faster.
#pragma once
#include <algorithm>
#include <utility>

#include "sched/contract.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/core/random/samplers.hpp"
#include "sched/policy/parts/victims.hpp"
#include "sched/policy/random_stealing/worker.hpp"

namespace loopsteal {

/// Every member is called by worker `w`, whose state is `me`. What it charges, it charges to `w`.
template <Machine M>
class RandomSearch {
 public:
  using Options = RandomStealingOptions;
  using Worker = RandomStealingWorker<M>;
  using Workers = FixedArray<Worker>;

  /// All three must outlive the search. `workers` may be filled later.
  RandomSearch(M& machine, const Options& options, const Workers& workers) noexcept
      : machine_(machine), options_(options), workers_(workers), occupancy_(machine.workers()) {}

  /// Which workers may have jobs.
  [[nodiscard]] Occupancy<M>& occupancy() noexcept { return occupancy_; }

  /// Whether a worker without work makes an attempt at all.
  [[nodiscard]] bool may_search(const Worker& me) const noexcept {
    return (options_.search_on_empty != 0 || me.retrying) && !me.awaits_jobs();
  }

  /// A job to run. Null: there was none, or it is on its way (Worker::awaits_jobs()), or the search
  /// has only begun (Idle::sweeping): go_on().
  Job* begin(WorkerId w, Worker& me) noexcept {
    if (options_.probes_per_step != Options::kAll) {
      begin_round(w, me);
      static_cast<void>(pay(w, me));
      me.idle = Idle::sweeping;
      return nullptr;
    }
    if (asks_all(me)) {
      const auto ask = [&](WorkerId victim) { return attempt(w, me, victim); };
      return ask_each_once(machine_, occupancy_, w, me.random, ask).run_now;
    }
    begin_round(w, me);
    while (me.sweep.left != 0)
      if (const Stolen stolen = attempt(w, me, next_victim(w, me))) return stolen.run_now;
    return nullptr;
  }

  /// Some worker has jobs that others may take.
  [[nodiscard]] bool anybody_has_jobs() const noexcept {
    return any_worker(occupancy_, machine_.workers(),
                      [this](WorkerId w) { return may_give(workers_[w]); });
  }

  // ---- Step by step -----------------------------------------------------------------------------

  /// Does what was paid for, and pays for the next step. A job to run, or null: then the search is
  /// under way still, or it is over.
  Job* go_on(WorkerId w, Worker& me) noexcept {
    Job* job = nullptr;
    const bool takes = me.sweep.found != kNoWorker;
    if (takes) job = take(w, me, std::exchange(me.sweep.found, kNoWorker)).run_now;
    const TimePoint now = machine_.now();
    if (job == nullptr && (takes || now - me.sweep.looked_at_own >= options_.self_check)) {
      me.sweep.looked_at_own = now;
      job = me.pop(machine_, w);
    }
    if (job == nullptr && takes && goes_round()) begin_round(w, me);  // Others were faster.
    if (job == nullptr && (look(w, me) || pay(w, me))) return nullptr;
    me.sweep = {};
    return job != nullptr ? job : me.pop(machine_, w);
  }

  // ---- While there is nothing to do -------------------------------------------------------------

  /// As long as a search may last, with the worst of what is drawn: for virtual time's watchdog.
  [[nodiscard]] LongestSearch longest_search() const noexcept {
    // Exponential times of so many means are not drawn in a lifetime: exp(-50) is 2e-22.
    constexpr std::int64_t kMeans = 50;
    const std::uint64_t others = machine_.workers();
    const std::uint64_t attempts = goes_round() ? others : options_.search_on_empty + others;
    const std::int64_t means = options_.transfer == Transfer::exp ? kMeans : 1;
    return {.looks = attempts * options_.victims_sampled + options_.event_interval,
            .waits = options_.transfer_latency * means + options_.self_check};
  }

  /// When a worker that falls asleep now makes its next attempt.
  [[nodiscard]] TimePoint next_attempt(Worker& me) const noexcept {
    if (options_.retry_rate == 0) return kForever;
    const TimePoint now = machine_.now();
    const Duration wait = to_duration(1e9 / options_.retry_rate * unit_exponential(me.times));
    return now + std::min(wait, kForever - now);
  }

  /// With park=off: another search may find what this one did not, unless no time has passed.
  [[nodiscard]] bool may_find_more(Worker& me) const noexcept {
    const TimePoint now = machine_.now();
    return std::exchange(me.last_search, now) != now && !me.awaits_jobs();
  }

 private:
  using Stolen = typename OpenQueue<M>::Stolen;

  /// Every other worker may be asked when a worker runs out of work.
  [[nodiscard]] bool goes_round() const noexcept {
    return options_.search_on_empty == Options::kEverybody;
  }
  /// The search that begins now asks each other worker once.
  [[nodiscard]] bool asks_all(const Worker& me) const noexcept {
    return goes_round() && options_.victim == Victim::random_start && !me.retrying &&
           !me.awaits_jobs();
  }

  /// How many attempts the search that begins now may make: one if a retry is due.
  [[nodiscard]] std::uint32_t attempts(const Worker& me) const noexcept {
    const WorkerId others = machine_.workers() - 1;
    if (others == 0 || me.awaits_jobs()) return 0;
    if (me.retrying) return 1;
    return goes_round() ? others : options_.search_on_empty;
  }

  void begin_round(WorkerId w, Worker& me) noexcept {
    me.sweep = {.left = attempts(me), .looked_at_own = machine_.now()};
    me.retrying = false;
    if (options_.victim == Victim::random || me.sweep.left == 0) return;
    me.sweep.next = skip_self(w, me.random.next_below(machine_.workers()));
  }

  /// For the attempts of the next step. False: none are left.
  bool pay(WorkerId w, Worker& me) noexcept {
    me.sweep.paid = std::min(options_.probes_per_step, me.awaits_jobs() ? 0 : me.sweep.left);
    if (me.sweep.paid == 0) return false;
    machine_.charge(w, Op::steal_attempt, std::uint64_t{me.sweep.paid} * options_.victims_sampled);
    return true;
  }

  /// Makes the attempts that are paid for. True: a victim has jobs, and to take them is paid for.
  bool look(WorkerId w, Worker& me) noexcept {
    for (; me.sweep.paid != 0; --me.sweep.paid) {
      const WorkerId victim = next_victim(w, me);
      if (!may_give(workers_[victim])) continue;
      me.sweep.paid = 0;
      me.sweep.found = victim;
      machine_.charge(w, Op::steal_operation, 1);
      return true;
    }
    return false;
  }

  [[nodiscard]] WorkerId skip_self(WorkerId w, WorkerId victim) const noexcept {
    if (victim != w) return victim;
    return victim + 1 == machine_.workers() ? 0 : victim + 1;
  }

  [[nodiscard]] WorkerId next_victim(WorkerId w, Worker& me) noexcept {
    --me.sweep.left;
    if (options_.victim == Victim::random) return longest_of_some(w, me);
    const WorkerId after = me.sweep.next + 1;
    return std::exchange(me.sweep.next, skip_self(w, after == machine_.workers() ? 0 : after));
  }

  /// Drawn among the others, with repetition; among equally long queues the first.
  [[nodiscard]] WorkerId longest_of_some(WorkerId w, Worker& me) noexcept {
    WorkerId longest = draw_other(w, me);
    for (std::uint32_t i = 1; i < options_.victims_sampled; ++i) {
      const WorkerId other = draw_other(w, me);
      if (workers_[other].queue.size() > workers_[longest].queue.size()) longest = other;
    }
    return longest;
  }

  [[nodiscard]] WorkerId draw_other(WorkerId w, Worker& me) const noexcept {
    const WorkerId drawn = me.random.next_below(machine_.workers() - 1);
    return drawn < w ? drawn : drawn + 1;
  }

  /// Whether a thief that looks at `other` finds enough to take some.
  [[nodiscard]] bool may_give(const Worker& other) const noexcept {
    const std::size_t jobs = other.queue.stealable(other.runs());
    if (options_.victim_threshold > 2) return is_enough(jobs);
    // Half of one job, rounded down, is none: to be woken for it would be in vain, and again.
    return jobs > (options_.steal == StealAmount::half_floor ? 1u : 0u);
  }

  /// The threshold counts the job that the victim runs; `waiting` jobs are in its queue.
  [[nodiscard]] bool is_enough(std::size_t waiting) const noexcept {
    return waiting + 1 >= options_.victim_threshold;
  }

  /// One attempt on `victim`, which is charged for before and after.
  Stolen attempt(WorkerId w, Worker& me, WorkerId victim) noexcept {
    machine_.charge(w, Op::steal_attempt, options_.victims_sampled);
    const Stolen stolen = take(w, me, victim);
    if (stolen) machine_.charge(w, Op::steal_operation, 1);
    return stolen;
  }

  [[gnu::noinline]] Stolen take(WorkerId w, Worker& me, WorkerId victim) noexcept {
    Worker& other = workers_[victim];
    const bool runs = other.runs();
    Stolen stolen;
    if (options_.victim_threshold <= 2 || is_enough(other.queue.stealable(runs)))
      stolen = options_.transfer_latency == Duration::zero()
                   ? other.queue.steal_into(me.queue, options_.steal, options_.stolen_order, runs)
                   : send(me, other, runs);
    if (stolen.run_now == nullptr && other.queue.exhausted()) occupancy_.remove(victim);
    if (!stolen) return stolen;
    if (stolen.count > 1 || stolen.run_now == nullptr) occupancy_.add(w);
    machine_.charge(w, Op::stolen_job, stolen.count);
    machine_.stolen(w, victim, stolen.count);
    return stolen;
  }

  /// The jobs set out for the thief's queue.
  Stolen send(Worker& me, Worker& other, bool owner_runs) noexcept {
    JobQueue taken;
    other.queue.give(options_.steal, owner_runs, taken);
    if (taken.empty()) return {};
    const auto count = static_cast<std::uint32_t>(taken.size());
    const Duration mean = options_.transfer_latency;
    const bool constant = options_.transfer == Transfer::constant;
    me.queue.send(taken, machine_.now() + (constant ? mean : exponential(me.times, mean)));
    return {nullptr, count};
  }

  M& machine_;
  const Options& options_;
  const Workers& workers_;
  Occupancy<M> occupancy_;
};

}  // namespace loopsteal
