// Whom a worker out of work asks, and what it takes: the search of work stealing.
//
// A search is made at once, all its looks in one step, or step by step: then what a look costs has
// passed before the look is taken, and what it costs to take jobs has passed before they are taken,
// so that others may be faster.
#pragma once
#include <algorithm>
#include <utility>

#include "sched/contract.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/core/samplers.hpp"
#include "sched/policy/work_stealing/stealing_worker.hpp"

namespace loopsteal {

/// Every member is called by worker `w`, whose state is `me`. What it charges, it charges to `w`.
template <Machine M>
class Thief {
 public:
  using Options = WorkStealingOptions;
  using Worker = StealingWorker<M>;
  using Workers = FixedArray<Worker>;

  /// All three must outlive the thief. `workers` may be filled later.
  Thief(M& machine, const Options& options, const Workers& workers) noexcept
      : machine_(machine),
        options_(options),
        just_asks_everybody_(goes_round() && options.retry_rate == 0 &&
                             options.victims_sampled == 1 &&
                             options.probes_per_step == Options::kAll &&
                             options.transfer_latency == Duration::zero()),
        workers_(workers),
        census_(machine.workers()) {}

  /// Where jobs may lie.
  [[nodiscard]] typename M::Census& census() noexcept { return census_; }
  [[nodiscard]] const typename M::Census& census() const noexcept { return census_; }

  /// Whether a worker without work makes an attempt at all.
  [[nodiscard]] bool may_search(const Worker& me) const noexcept {
    return (options_.search_on_empty != 0 || me.retrying) && !me.awaits_jobs();
  }

  /// The ordinary search, as Tokio's: one round after the other, and nothing else that a knob says.
  [[nodiscard]] bool just_asks_everybody() const noexcept { return just_asks_everybody_; }

  /// That search. A job to run; others that came with it are in the thief's queue.
  Job* ask_everybody(WorkerId w, Worker& me) noexcept {
    for (std::uint32_t round = 0; round < options_.steal_rounds; ++round) {
      Job* const job = options_.victim == Victim::random ? ask_at_random(w, me) : ask_all(w, me);
      if (job != nullptr) return job;
    }
    return nullptr;
  }

  /// Any other. Null: there was none, or it is on its way (Worker::awaits_jobs()), or the search
  /// has only begun (Idle::sweeping): go_on().
  [[gnu::noinline]] Job* search_by_the_knobs(WorkerId w, Worker& me) noexcept {
    begin_round(w, me);
    if (options_.probes_per_step != Options::kAll) {
      static_cast<void>(pay(w, me));
      me.idle = Idle::sweeping;
      return nullptr;
    }
    while (me.sweep.left != 0) {
      machine_.charge(w, Op::steal_attempt, options_.victims_sampled);
      Job* const job = rob(w, me, next_victim(w, me));
      if (job != nullptr || me.awaits_jobs()) return job;
    }
    return nullptr;
  }

  /// Somebody has jobs that others may take.
  [[nodiscard, gnu::noinline]] bool anybody_has_jobs() const noexcept {
    const WorkerId n = machine_.workers();
    for (WorkerId w = 0; w < n; ++w) {
      w += census_.fruitless(w, n);
      if (w < n && may_give(workers_[w])) return true;
    }
    return false;
  }

  // ---- Step by step -----------------------------------------------------------------------------

  /// Does what was paid for, and pays for the next step. A job to run, or null: then the search is
  /// under way still, or it is over. `look_at_own` is called as often as a thief may look into its
  /// own queue.
  template <class LookAtOwn>
  [[gnu::noinline]] Job* go_on(WorkerId w, Worker& me, LookAtOwn&& look_at_own) noexcept {
    Job* job = nullptr;
    const bool takes = me.sweep.found != kNoWorker;
    if (takes) job = take(w, me, std::exchange(me.sweep.found, kNoWorker)).run_now;
    const TimePoint now = machine_.now();
    if (job == nullptr && (takes || now - me.sweep.looked_at_own >= options_.self_check)) {
      me.sweep.looked_at_own = now;
      job = look_at_own();
    }
    if (job == nullptr && takes && goes_round()) begin_round(w, me);  // Others were faster.
    if (job == nullptr && (look(w, me) || pay(w, me))) return nullptr;
    me.sweep = {};
    return job != nullptr ? job : look_at_own();
  }

  // ---- While there is nothing to do -------------------------------------------------------------

  /// As long as a search may last, with the worst of what is drawn: for virtual time's watchdog.
  [[nodiscard]] LongestSearch longest_search() const noexcept {
    // Exponential times of so many means are not drawn in a lifetime: exp(-50) is 2e-22.
    constexpr std::int64_t kMeans = 50;
    const std::uint64_t others = machine_.workers();
    const std::uint64_t attempts =
        goes_round() ? options_.steal_rounds * others : options_.search_on_empty + others;
    const std::int64_t means = options_.transfer == Transfer::exp ? kMeans : 1;
    return {.looks = attempts * options_.victims_sampled + options_.event_interval,
            .waits = options_.transfer_latency * means + options_.self_check + options_.park_spin};
  }

  /// When a worker that falls asleep now makes its next attempt.
  [[nodiscard, gnu::noinline]] TimePoint next_attempt(Worker& me) const noexcept {
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
  using Stolen = typename LocalQueue<M>::Stolen;

  /// Everybody is asked when a worker runs out of work.
  [[nodiscard]] bool goes_round() const noexcept {
    return options_.search_on_empty == Options::kEverybody;
  }

  /// How many attempts the search that begins now may make: one if a retry is due.
  [[nodiscard]] std::uint32_t attempts(const Worker& me) const noexcept {
    const WorkerId others = machine_.workers() - 1;
    if (others == 0 || me.awaits_jobs()) return 0;
    if (me.retrying) return 1;
    return goes_round() ? options_.steal_rounds * others : options_.search_on_empty;
  }

  [[gnu::noinline]] void begin_round(WorkerId w, Worker& me) noexcept {
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

  /// Makes the attempts that are paid for. True: somebody has jobs, and to take them is paid for.
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

  [[nodiscard, gnu::noinline]] WorkerId next_victim(WorkerId w, Worker& me) noexcept {
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

  /// Each of the others once, from a random one on. Of those the census knows to have nothing it
  /// takes the answer for granted.
  Job* ask_all(WorkerId w, Worker& me) noexcept {
    const WorkerId n = machine_.workers();
    const WorkerId start = me.random.next_below(n);
    if (Job* const job = ask_range(w, me, start, n)) return job;
    return ask_range(w, me, 0, start);
  }

  Job* ask_range(WorkerId w, Worker& me, WorkerId begin, WorkerId end) noexcept {
    for (WorkerId victim = begin; victim < end; ++victim) {
      if (const WorkerId skipped = census_.fruitless(victim, end); skipped != 0) {
        const bool self = victim <= w && w < victim + skipped;
        machine_.charge(w, Op::steal_attempt, skipped - (self ? 1 : 0));
        victim += skipped;
        if (victim >= end) break;
      }
      if (victim == w) continue;
      if (Job* const job = ask(w, me, victim)) return job;
    }
    return nullptr;
  }

  /// As many draws as there are workers. Where nobody has anything, no draw would matter.
  Job* ask_at_random(WorkerId w, Worker& me) noexcept {
    const WorkerId n = machine_.workers();
    if (census_.fruitless(0, n) == n) {
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
    return rob(w, me, victim);
  }

  Job* rob(WorkerId w, Worker& me, WorkerId victim) noexcept {
    const Stolen stolen = take(w, me, victim);
    if (stolen.count != 0) machine_.charge(w, Op::steal_operation, 1);
    return stolen.run_now;
  }

  /// Open queues alone ask that: to look costs the others a line of memory that the owner writes.
  [[nodiscard]] static bool owner_runs(const Worker& other) noexcept {
    return other.queue.open() == nullptr || other.runs();
  }

  /// Whether a thief that looks at `other` finds enough to take some.
  [[nodiscard]] bool may_give(const Worker& other) const noexcept {
    if (options_.victim_threshold > 2) return long_enough(other);
    if (options_.lifo_slot == LifoSlot::stealable && other.lifo_slot.occupied()) return true;
    // Half of one job, rounded down, is none: to be woken for it would be in vain, and again.
    if (options_.steal == StealAmount::half_floor) [[unlikely]]
      return other.queue.stealable(owner_runs(other)) > 1;
    return other.queue.has_stealable(owner_runs(other));
  }

  /// The threshold counts the job that the victim runs; the others wait in its queue.
  [[nodiscard, gnu::noinline]] bool long_enough(const Worker& other) const noexcept {
    return other.queue.stealable(owner_runs(other)) + 1 >= options_.victim_threshold;
  }

  [[gnu::noinline]] Stolen take(WorkerId w, Worker& me, WorkerId victim) noexcept {
    Worker& other = workers_[victim];
    if (options_.victim_threshold > 2 && !long_enough(other)) {
      if (other.queue.exhausted()) census_.has_none(victim);
      return {};
    }
    if (options_.transfer_latency != Duration::zero()) return send(w, me, victim);
    Stolen stolen = other.queue.steal_into(me.queue, options_.steal, owner_runs(other));
    if (stolen.run_now == nullptr) {
      if (other.queue.exhausted()) census_.has_none(victim);  // The slot holds one at most.
      stolen.run_now = other.lifo_slot.steal();
      if (stolen.run_now == nullptr) return {};
      stolen.count = 1;
    } else if (stolen.count > 1) {
      census_.may_have(w);
    }
    note(w, victim, stolen.count);
    return stolen;
  }

  /// The jobs set out for the thief's queue.
  [[gnu::noinline]] Stolen send(WorkerId w, Worker& me, WorkerId victim) noexcept {
    Worker& other = workers_[victim];
    JobQueue taken;
    other.queue.open()->give(options_.steal, owner_runs(other), taken);
    if (other.queue.exhausted()) census_.has_none(victim);
    if (taken.empty()) {
      if (Job* const job = other.lifo_slot.steal()) taken.push_back(*job);
      if (taken.empty()) return {};
    }
    const auto count = static_cast<std::uint32_t>(taken.size());
    const Duration mean = options_.transfer_latency;
    const bool constant = options_.transfer == Transfer::constant;
    me.queue.open()->send(taken, machine_.now() + (constant ? mean : exponential(me.times, mean)));
    census_.may_have(w);
    note(w, victim, count);
    return {nullptr, count};
  }

  void note(WorkerId w, WorkerId victim, std::uint32_t count) noexcept {
    machine_.charge(w, Op::stolen_job, count);
    machine_.stolen(w, victim, count);
  }

  M& machine_;
  const Options& options_;
  const bool just_asks_everybody_;
  const Workers& workers_;
  typename M::Census census_;
};

}  // namespace loopsteal
