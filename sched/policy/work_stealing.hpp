// Work stealing as Tokio's multi_thread scheduler does it (tokio: runtime/scheduler/multi_thread/
// worker.rs), with the knobs of its relatives.
//
// A worker pushes what becomes ready on it to its own queue, the latest to a slot in front of it,
// and runs from there. Every so many jobs it looks into the injector first and, less often, at
// timers and I/O. Only when its queue and the injector are empty does it become a searcher and
// steal half of another worker's queue; when that fails it parks. At most half of the workers
// search. Whoever makes work ready wakes a parked worker only if nobody searches, and the last
// searcher that finds work wakes the next: enough workers are awake, and not all for every job
// (idle_set.hpp).
#pragma once
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/random.hpp"
#include "sched/policy/driver.hpp"
#include "sched/policy/idle_set.hpp"
#include "sched/policy/injector.hpp"
#include "sched/policy/stealing_worker.hpp"
#include "sched/policy/work_stealing_options.hpp"

namespace loopsteal {

template <Machine M>
class WorkStealing {
 public:
  using Options = WorkStealingOptions;
  static constexpr Reactors kReactors = Reactors::shared;

  /// Throws SpecError for options that contradict each other.
  WorkStealing(M& machine, const Options& options, std::uint64_t seed)
      : machine_(machine),
        options_(checked(options)),
        injector_(machine),
        idle_({machine.workers(), searchers_max(options, machine.workers())}, machine),
        census_(machine.workers()),
        driver_(machine, options.timer_granularity) {
    for (WorkerId w = 0; w < machine.workers(); ++w)
      workers_.push_back(std::make_unique<Worker>(options, FastRandom::for_worker(seed, w)));
  }

  void begin_run() noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w) reset(w, *workers_[w]);
    driver_.release();
  }

  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  /// A job in a slot of which nobody steals may wait beside idle workers.
  [[nodiscard]] bool conserves_work() const noexcept { return options_.lifo_slot != LifoSlot::on; }

  [[nodiscard]] std::size_t queue_depth(WorkerId w) const noexcept {
    return workers_[w]->jobs();
  }

  void submit(Job& job, ReadyCause cause) noexcept {
    const WorkerId here = machine_.current();
    machine_.made_ready(here, job, cause);
    if (here == kNoWorker) return submit_remote(here, job);
    if (cause == ReadyCause::yielded) return yield(here, *workers_[here], job);
    if (schedule_local(here, *workers_[here], job)) notify_one();
  }

  bool submit_at(Timer& timer) noexcept { return driver_.submit_at(timer); }
  bool cancel(Timer& timer) noexcept { return driver_.cancel(timer); }

  [[nodiscard]] Step step(WorkerId w) noexcept {
    Worker& me = *workers_[w];
    if (me.in_chain) {
      if (Job* const job = next_in_chain(w, me)) return Step::run(*job);
    } else if (me.parked) {
      if (!leave_park(w, me)) return park_again(w, me);
    }
    if (--me.until_event == 0) [[unlikely]] maintain(w, me);
    Job* job = next_job(w, me);
    if (job == nullptr) {
      job = search(w, me);
      if (job == nullptr) return out_of_work(w, me);
    }
    if (me.searching) [[unlikely]] stop_searching(w, me);
    me.begin_chain();
    return Step::run(*job);
  }

 private:
  using Mutex = typename M::Mutex;

  using Worker = StealingWorker<typename M::Atomics>;

  // ---- Making ready -----------------------------------------------------------------------------

  [[gnu::noinline]] void submit_remote(WorkerId here, Job& job) noexcept {
    charge_anywhere(machine_, here, Op::push_remote);
    injector_.push(job);
    notify_one();
  }

  /// True: another worker should be told. A job alone in the LIFO slot is nobody's business.
  bool schedule_local(WorkerId w, Worker& me, Job& job) noexcept {
    machine_.charge(w, Op::push_local, 1);
    if (options_.lifo_slot == LifoSlot::off || !me.lifo_enabled) {
      push(w, me, job);
      return true;
    }
    Job* const displaced = me.lifo_slot.exchange(&job);
    if (options_.lifo_slot == LifoSlot::stealable) census_.may_have(w);
    if (displaced == nullptr) return options_.lifo_slot == LifoSlot::stealable;
    push(w, me, *displaced);
    return true;
  }

  void push(WorkerId w, Worker& me, Job& job) noexcept {
    const auto to_injector = [this](Job& first, Job& last, std::size_t count) {
      injector_.push_chain(first, last, count);
    };
    if (me.queue.push(job, to_injector) == Pushed::overflowed) [[unlikely]]
      machine_.charge(w, Op::overflow, 1);
    census_.may_have(w);
  }

  void yield(WorkerId w, Worker& me, Job& job) noexcept {
    switch (options_.yield) {
      case YieldTo::deferred:
        machine_.charge(w, Op::push_local, 1);
        me.deferred.push_back(job);
        return;
      case YieldTo::back:
        machine_.charge(w, Op::push_local, 1);
        push(w, me, job);
        return notify_one();
      case YieldTo::global: return submit_remote(w, job);
    }
  }

  void notify_one() noexcept {
    const WorkerId sleeper = idle_.worker_to_notify();
    if (sleeper != kNoWorker) machine_.unpark(sleeper);
  }

  // ---- Choosing ---------------------------------------------------------------------------------

  /// The job in the LIFO slot, if it may run right after the one that made it ready.
  Job* next_in_chain(WorkerId w, Worker& me) noexcept {
    if (me.lifo_slot.occupied()) return follow_chain(w, me);
    me.end_chain();
    return nullptr;
  }

  [[gnu::noinline]] Job* follow_chain(WorkerId w, Worker& me) noexcept {
    if (me.lifo_polls == 0) me.budget = options_.budget;
    Job* const job = me.lifo_slot.take();
    if (job == nullptr) {  // A thief was faster.
      me.end_chain();
      return nullptr;
    }
    // Tokio spends budget in what wakes (channels, timers), not in spawning.
    if (job->cause != ReadyCause::spawned && --me.budget == 0) {
      machine_.charge(w, Op::forced_yield, 1);
      push(w, me, *job);
      me.end_chain();
      return nullptr;
    }
    machine_.charge(w, Op::lifo_poll, 1);
    if (++me.lifo_polls == options_.lifo_cap) me.lifo_enabled = false;
    return job;
  }

  Job* next_job(WorkerId w, Worker& me) noexcept {
    if (--me.until_global == 0) [[unlikely]] {
      me.until_global = me.global_interval.get();
      if (Job* const job = pop_injector(w)) return job;
      return pop_local(w, me);
    }
    if (Job* const job = pop_local(w, me)) return job;
    return injector_.empty() ? nullptr : refill(w, me);
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

  // ---- Stealing ---------------------------------------------------------------------------------

  /// Out of work of its own. The time this takes belongs to no batch of jobs.
  [[gnu::noinline]] Job* search(WorkerId w, Worker& me) noexcept {
    end_batch(me);
    Job* const job = me.searching || start_searching(w, me) ? find_elsewhere(w, me) : nullptr;
    if (job != nullptr) begin_batch(me);
    return job;
  }

  bool start_searching(WorkerId w, Worker& me) noexcept {
    if (!idle_.transition_worker_to_searching()) return false;
    machine_.charge(w, Op::search, 1);
    me.searching = true;
    return true;
  }

  Job* find_elsewhere(WorkerId w, Worker& me) noexcept {
    for (std::uint32_t round = 0; round < options_.steal_rounds; ++round) {
      Job* const job = options_.victim == Victim::random ? ask_at_random(w, me) : ask_all(w, me);
      if (job != nullptr) return job;
    }
    return pop_injector(w);
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
      if (Job* const job = steal_from(w, me, victim)) return job;
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
      if (Job* const job = steal_from(w, me, victim)) return job;
    }
    return nullptr;
  }

  Job* steal_from(WorkerId w, Worker& me, WorkerId victim) noexcept {
    Worker& other = *workers_[victim];
    machine_.charge(w, Op::steal_attempt, 1);
    auto [job, count] = other.queue.steal_into(me.queue, options_.steal);
    if (job == nullptr) {
      census_.has_none(victim);  // The slot holds one at most.
      job = other.lifo_slot.steal();
      if (job == nullptr) return nullptr;
      count = 1;
    } else if (count > 1) {
      census_.may_have(w);
    }
    machine_.charge(w, Op::steal_operation, 1);
    machine_.charge(w, Op::stolen_job, count);
    machine_.stolen(w, victim, count);
    return job;
  }

  /// The last searcher that finds work wakes the next: there may be more.
  [[gnu::noinline]] void stop_searching(WorkerId, Worker& me) noexcept {
    me.searching = false;
    if (idle_.transition_worker_from_searching()) notify_one();
  }

  // ---- Timers, I/O, deferred jobs ---------------------------------------------------------------

  [[gnu::noinline]] void maintain(WorkerId w, Worker& me) noexcept {
    me.until_event = options_.event_interval;
    end_batch(me);
    look_at_events(w, me);
    begin_batch(me);
  }

  /// One look at timers and I/O, without waiting, then the deferred jobs.
  void look_at_events(WorkerId w, Worker& me) noexcept {
    if (driver_.try_acquire(w)) poll_and_release(w, me);
    wake_deferred(w, me);
    if (!me.searching && me.jobs() > 1) notify_one();
  }

  void poll_and_release(WorkerId w, Worker& me) noexcept {
    JobQueue ready;
    driver_.poll(w, ready);
    driver_.release();
    while (Job* const job = ready.pop_front()) schedule_local(w, me, *job);
  }

  void wake_deferred(WorkerId w, Worker& me) noexcept {
    Job* job = me.take_deferred(options_.deferred_order);
    while (job != nullptr) {
      Job& next = *std::exchange(job, job->next);
      reschedule(w, me, next);
    }
  }

  /// As schedule_local(), for a job that has been counted and whose notification comes later.
  void reschedule(WorkerId w, Worker& me, Job& job) noexcept {
    if (options_.lifo_slot == LifoSlot::off) return push(w, me, job);
    if (Job* const displaced = me.lifo_slot.exchange(&job)) push(w, me, *displaced);
    if (options_.lifo_slot == LifoSlot::stealable) census_.may_have(w);
  }

  void begin_batch(Worker& me) noexcept {
    me.jobs_in_batch = 0;
    if (me.global_interval.adaptive()) me.batch_began = machine_.now();
  }

  void end_batch(Worker& me) noexcept {
    if (!me.global_interval.adaptive() || me.jobs_in_batch == 0) return;
    me.global_interval.learn(machine_.now() - me.batch_began, me.jobs_in_batch);
    me.jobs_in_batch = 0;
  }

  // ---- Parking ----------------------------------------------------------------------------------

  [[gnu::noinline]] Step out_of_work(WorkerId w, Worker& me) noexcept {
    if (machine_.finishing()) return Step::look_again();
    if (!me.deferred.empty()) {
      look_at_events(w, me);
      begin_batch(me);
      return Step::look_again();
    }
    // A worker that had no leave to search has not looked everywhere; whoever searches will.
    const bool last_searcher = idle_.transition_worker_to_parked(w, me.searching);
    me.searching = false;
    me.parked = true;
    if (last_searcher) notify_if_work_pending();
    return park_again(w, me);
  }

  Step park_again(WorkerId w, Worker& me) noexcept {
    me.holds_driver = driver_.try_acquire(w);
    return me.holds_driver ? Step::park_in_driver(driver_.next_deadline()) : Step::park(kForever);
  }

  /// Work may have been pushed while the last searcher was about to park; its pusher saw a searcher
  /// and woke nobody.
  void notify_if_work_pending() noexcept {
    const WorkerId n = machine_.workers();
    for (WorkerId w = 0; w < n; ++w) {
      w += census_.fruitless(w, n);
      if (w < n && has_stealable_jobs(*workers_[w])) return notify_one();
    }
    if (!injector_.empty()) notify_one();
  }

  /// Another worker's slot is worth a look only to those who may take it.
  [[nodiscard]] bool has_stealable_jobs(const Worker& worker) const noexcept {
    return options_.lifo_slot == LifoSlot::stealable ? worker.has_jobs() : worker.queue.has_jobs();
  }

  /// After a park has returned. False: there is no reason to be awake.
  [[gnu::noinline]] bool leave_park(WorkerId w, Worker& me) noexcept {
    if (me.holds_driver) {
      me.holds_driver = false;
      poll_and_release(w, me);
    }
    if (me.has_jobs()) {
      // Woken by its own events: it has what it needs and does not search, unless another worker
      // has woken it too and counts on that.
      me.searching = !idle_.unpark_worker_by_id(w);
      if (!me.searching && me.jobs() > 1) notify_one();
    } else if (idle_.is_parked(w) && !machine_.finishing()) {
      return false;
    } else {
      me.searching = !idle_.unpark_worker_by_id(w);
    }
    me.parked = false;
    begin_batch(me);
    return true;
  }

  /// Between runs, with no worker awake: undoes whatever parking state the last run ended in.
  void reset(WorkerId w, Worker& me) noexcept {
    if (me.parked && !idle_.unpark_worker_by_id(w)) me.searching = true;  // It had been woken.
    if (me.searching) static_cast<void>(idle_.transition_worker_from_searching());
    me.parked = me.searching = me.holds_driver = false;
    me.end_chain();
    begin_batch(me);
  }

  static std::uint32_t searchers_max(const Options& options, WorkerId workers) noexcept {
    if (options.searchers == Options::kHalf) return IdleSetOptions::half(workers);
    return std::min(options.searchers, workers);
  }

  M& machine_;
  const Options options_;
  Injector<Job, Mutex, typename M::Atomics> injector_;
  IdleSet<Mutex, typename M::Atomics> idle_;
  typename M::Census census_;
  Driver<M> driver_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace loopsteal
