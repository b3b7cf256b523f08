// Work stealing as Tokio's multi_thread scheduler does it (tokio: runtime/scheduler/multi_thread/
// worker.rs), with the knobs of its relatives.
//
// A worker pushes what becomes ready on it to its own queue, the latest to a slot in front of it,
// and runs from there. Every so many jobs it looks into the injector first and, less often, at
// timers and I/O. When its queue and the injector are empty it searches: it steals half of another
// worker's queue, or parks. At most half of the workers search. A push wakes a parked worker only
// if no worker searches, and the last searcher that finds work wakes the next (idle_set.hpp).
#pragma once
#include <optional>
#include <utility>

#include "sched/contract.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/policy/parts/driver.hpp"
#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/work_stealing/job_source.hpp"
#include "sched/policy/work_stealing/options.hpp"
#include "sched/policy/work_stealing/stealing_worker.hpp"
#include "sched/policy/work_stealing/thief.hpp"

namespace loopsteal {

template <Machine M>
class WorkStealing final : public PolicyDefaults {
 public:
  using Options = WorkStealingOptions;
  static constexpr Reactors kReactors = Reactors::shared;

  /// Throws SpecError for options that contradict each other.
  WorkStealing(M& machine, const Options& options, std::uint64_t seed)
      : machine_(machine),
        options_(checked(options)),
        has_others_(machine.workers() > 1),
        injector_(machine),
        idle_({machine.workers(), IdleSetOptions::limit(options.searchers, machine.workers())},
              machine),
        workers_(machine.workers()),
        thief_(machine, options_, workers_),
        source_(machine, options_, injector_, thief_.occupancy()),
        driver_(machine, options.timer_granularity) {
    for (WorkerId w = 0; w < machine.workers(); ++w) workers_.emplace_back(options, seed, w);
  }

  void begin_run() noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w) workers_[w].begin_run(w, machine_, idle_);
    driver_.release();
    injector_.forget_arrivals();
  }
  void take_ready(JobQueue& left) noexcept { source_.take_ready(workers_, left); }
  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  /// Asked after a run. A deferred job waits for its own worker, even if others are idle.
  [[nodiscard]] bool conserves_work() const noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w)
      if (workers_[w].has_deferred) return false;
    return options_.conserves_work();
  }
  [[nodiscard]] std::size_t queue_depth(WorkerId w) const noexcept { return workers_[w].jobs(); }
  void fetch(WorkerId w) const noexcept override { workers_[w].fetch(); }
  [[nodiscard]] Duration park_spin() const noexcept override { return options_.park_spin; }
  [[nodiscard]] std::uint64_t arrivals() const noexcept override { return injector_.arrivals(); }
  [[nodiscard]] std::optional<TimePoint> next_timer() const noexcept override {
    return driver_.next_timer();
  }
  [[nodiscard]] LongestSearch longest_search(WorkerId) const noexcept override {
    return thief_.longest_search();
  }

  void submit(Job& job, ReadyCause cause) noexcept {
    const WorkerId here = machine_.current();
    machine_.made_ready(here, job, cause);
    if (here == kNoWorker) return submit_remote(here, job);
    if (cause == ReadyCause::yielded) return yield(here, workers_[here], job);
    if (cause == ReadyCause::out_of_budget) return put_off(here, workers_[here], job);
    schedule_local(here, workers_[here], job);
  }

  /// Of the chain that the calling worker runs; see Scheduler::spend_budget().
  void spend_budget() noexcept override {
    const WorkerId here = machine_.current();
    if (here != kNoWorker && workers_[here].budget != 0) --workers_[here].budget;
  }
  [[nodiscard]] bool has_budget() const noexcept override {
    const WorkerId here = machine_.current();
    return here == kNoWorker || workers_[here].budget != 0;
  }

  /// For how long the job that runs on the calling worker may still compute.
  [[nodiscard]] Duration slice_left() noexcept override {
    const WorkerId w = machine_.current();
    return w == kNoWorker ? Duration::max() : workers_[w].slice_left(options_.preempt, machine_);
  }
  /// Its slice is over: to the back of the injector, as in Go, and timers are looked at first.
  [[gnu::noinline]] void preempt(Job& job) noexcept override {
    const WorkerId w = machine_.current();
    workers_[w].end_chain();
    workers_[w].until_event = 1;
    machine_.made_ready(w, job, ReadyCause::yielded);
    submit_remote(w, job);
  }

  /// Only what the calling worker has put aside: another's is not ours to touch.
  [[nodiscard]] bool take_back(Job& job) noexcept override {
    const WorkerId here = machine_.current();
    if (here == kNoWorker || !workers_[here].deferred.remove(job)) return false;
    machine_.taken_back(here, job);
    return true;
  }

  /// The job that step() would choose now, if it is a task whose end is reported to `joiner`. The
  /// looks at events and at the injector come in here, too, as a tree of calls may take long to
  /// return to a step.
  [[nodiscard]] Job* take_child(const Completion& joiner) noexcept override {
    if constexpr (RunsInline<M>) {
      const WorkerId here = machine_.current();
      if (here == kNoWorker || machine_.finishing()) return nullptr;
      Worker& me = workers_[here];
      if (Job* const latest = me.lifo_slot.peek())
        return source_.child_in_slot(here, me, joiner, *latest);
      if (!me.queue.is_deque()) return nullptr;  // A ring's next job is its oldest.
      // Apart, like the other calls that are seldom made: a join that finds its child makes none,
      // and so has no registers to save.
      if (--me.until_event == 0) [[unlikely]]
        return child_after_events(here, me, joiner);
      return child_in_deque(here, me, joiner);
    } else {
      return PolicyDefaults::take_child(joiner);
    }
  }

  bool submit_at(Timer& timer) noexcept { return driver_.submit_at(timer); }
  bool cancel(Timer& timer) noexcept { return driver_.cancel(timer); }

  [[nodiscard]] Step step(WorkerId w) noexcept {
    Worker& me = workers_[w];
    if (me.in_chain) {
      if (Job* const job = next_in_chain(w, me)) return Step::run(*job);
    } else if (me.parked && !leave_park(w, me)) {
      return park_again(w, me);
    }
    if (--me.until_event == 0) [[unlikely]]
      maintain(w, me);
    Job* job = source_.next_job(w, me);
    if (job == nullptr) {
      job = search(w, me);
      if (job == nullptr) return out_of_work(w, me);
    }
    if (me.searching) [[unlikely]]
      stop_searching(me);
    me.begin_chain();
    return Step::run(*job);
  }

 private:
  using Worker = StealingWorker<M>;

  // ---- Making ready -----------------------------------------------------------------------------

  [[gnu::noinline]] void submit_remote(WorkerId here, Job& job) noexcept {
    if (here != kNoWorker) machine_.charge(here, Op::push_remote, 1);
    injector_.push(job, here == kNoWorker ? 1 : 0);  // It counts arrivals, under its lock.
    notify_for_injector();
  }

  /// A job alone in the LIFO slot concerns no other worker, unless it may be stolen.
  void schedule_local(WorkerId w, Worker& me, Job& job) noexcept {
    machine_.charge(w, Op::push_local, 1);
    if (!me.lifo_enabled) return push_and_notify(w, me, job);
    const bool stealable = me.lifo_slot.stealable();
    Job* const displaced = me.lifo_slot.exchange(&job);
    if (stealable) thief_.occupancy().add(w);
    if (displaced != nullptr) return push_and_notify(w, me, *displaced);
    if (stealable) notify_one();
  }

  [[gnu::noinline]] void push_and_notify(WorkerId w, Worker& me, Job& job) noexcept {
    push(w, me, job);
    notify_one(me);
  }

  void push(WorkerId w, Worker& me, Job& job) noexcept {
    const auto to_injector = [this](Job& first, Job& last, std::size_t count) {
      injector_.push_chain(first, last, count);
    };
    if (me.queue.push(job, to_injector) == Pushed::overflowed) [[unlikely]]
      machine_.charge(w, Op::overflow, 1);
    thief_.occupancy().add(w);
  }

  void yield(WorkerId w, Worker& me, Job& job) noexcept {
    if (options_.yield == YieldTo::global) return submit_remote(w, job);
    machine_.charge(w, Op::push_local, 1);
    if (options_.yield == YieldTo::back) return push_and_notify(w, me, job);
    me.deferred.push(job);
    me.has_deferred = true;
  }

  /// Its budget is used up: Tokio has it wake itself while it runs, a yield that nothing defers.
  [[gnu::noinline]] void put_off(WorkerId w, Worker& me, Job& job) noexcept {
    machine_.charge(w, Op::forced_yield, 1);
    machine_.charge(w, Op::push_local, 1);
    push_and_notify(w, me, job);
  }

  /// After pushes into its own queue: another worker may steal from it.
  void notify_one(Worker& me) noexcept {
    if (!has_others_) return;
    me.queue.announce();
    notify_one();
  }
  void notify_one() noexcept {  // It has been announced.
    const WorkerId sleeper = idle_.worker_to_notify();
    if (sleeper != kNoWorker) machine_.unpark(sleeper);
  }

  [[gnu::noinline]] void notify_for_injector() noexcept {
    if (!injector_.empty()) notify_one();
  }

  /// The job in the LIFO slot, if it may run right after the one that made it ready.
  Job* next_in_chain(WorkerId w, Worker& me) noexcept {
    if (me.lifo_slot.occupied()) return follow_chain(w, me);
    me.end_chain();
    return nullptr;
  }

  [[gnu::noinline]] Job* follow_chain(WorkerId w, Worker& me) noexcept {
    Job* const job = me.lifo_slot.take();  // Null: a thief was faster.
    if (job != nullptr && me.budget != 0) {
      machine_.charge(w, Op::lifo_poll, 1);
      if (++me.lifo_polls == options_.lifo_cap) me.lifo_enabled = false;
      return job;
    }
    if (job != nullptr) {
      machine_.charge(w, Op::forced_yield, 1);
      push(w, me, *job);
    }
    me.end_chain();
    return nullptr;
  }

  // ---- Joining ----------------------------------------------------------------------------------

  [[gnu::noinline]] Job* child_after_events(WorkerId w, Worker& me,
                                            const Completion& joiner) noexcept {
    maintain(w, me);
    return me.lifo_slot.occupied() ? nullptr : child_in_deque(w, me, joiner);
  }

  /// Only a look tells whether the newest job is the child; another one goes back.
  Job* child_in_deque(WorkerId w, Worker& me, const Completion& joiner) noexcept {
    Job* const job = source_.pop_newest(me);
    if (job == nullptr) return nullptr;
    if (promise_of(*job).completion != &joiner) [[unlikely]]
      return put_back(w, me, *job);
    source_.begin_newest(w, me, *job);
    return job;
  }

  /// And notifies: a searcher may have missed the job meanwhile.
  [[gnu::noinline]] Job* put_back(WorkerId w, Worker& me, Job& job) noexcept {
    push_and_notify(w, me, job);
    return nullptr;
  }

  // ---- Searching --------------------------------------------------------------------------------

  /// Out of work of its own. The time this takes belongs to no batch of jobs.
  [[gnu::noinline]] Job* search(WorkerId w, Worker& me) noexcept {
    me.end_batch(machine_);
    if (!me.searching && !start_searching(w, me)) return nullptr;
    Job* job = thief_.steal(w, me);
    if (job == nullptr) job = source_.pop_injector(w);
    if (job != nullptr) me.begin_batch(machine_);
    return job;
  }

  bool start_searching(WorkerId w, Worker& me) noexcept {
    if (!idle_.transition_worker_to_searching()) return false;
    machine_.charge(w, Op::search, 1);
    me.searching = true;
    return true;
  }

  /// The last searcher that finds work wakes the next: there may be more.
  [[gnu::noinline]] void stop_searching(Worker& me) noexcept {
    me.searching = false;
    if (!idle_.transition_worker_from_searching()) return;
    if (options_.spread == Spread::pending) return notify_if_work_pending();
    notify_one();
  }

  // ---- Timers, I/O, deferred jobs ---------------------------------------------------------------

  [[gnu::noinline]] void maintain(WorkerId w, Worker& me) noexcept {
    me.until_event = options_.event_interval;
    me.end_batch(machine_);
    look_at_events(w, me);
    me.begin_batch(machine_);
  }

  /// One look at timers and I/O, without waiting, then the deferred jobs.
  void look_at_events(WorkerId w, Worker& me) noexcept {
    if (driver_.try_acquire_to_look(w)) poll_and_release(w, me);
    wake_deferred(w, me);
    if (!me.searching && me.jobs() > 1) notify_one(me);
  }

  void poll_and_release(WorkerId w, Worker& me) noexcept {
    JobQueue ready;
    driver_.poll(w, ready);
    driver_.release();
    while (Job* const job = ready.pop_front()) {
      machine_.charge(w, Op::push_local, 1);
      reschedule(w, me, *job, me.lifo_enabled);
    }
  }

  void wake_deferred(WorkerId w, Worker& me) noexcept {
    for (Job* job = me.deferred.take(options_.deferred_order); job != nullptr;) {
      Job& next = *std::exchange(job, job->next);
      reschedule(w, me, next, true);
    }
  }

  /// As schedule_local(), for a job that has been counted and whose notification comes later.
  void reschedule(WorkerId w, Worker& me, Job& job, bool to_slot) noexcept {
    if (options_.lifo_slot == LifoSlot::off || !to_slot) return push(w, me, job);
    if (Job* const displaced = me.lifo_slot.exchange(&job)) push(w, me, *displaced);
    if (options_.lifo_slot == LifoSlot::stealable) thief_.occupancy().add(w);
  }

  // ---- Parking: parking.hpp ---------------------------------------------------------------------

  Step out_of_work(WorkerId w, Worker& me) noexcept;
  Step park_again(WorkerId w, Worker& me) noexcept;
  bool leave_park(WorkerId w, Worker& me) noexcept;
  void notify_if_work_pending() noexcept;

  M& machine_;
  const Options options_;
  const bool has_others_;  ///< Workers that could be woken for the jobs of one of them.
  typename JobSource<M>::Jobs injector_;
  IdleSet<typename M::Mutex, typename M::Atomics> idle_;
  FixedArray<Worker> workers_;
  Thief<M> thief_;
  JobSource<M> source_;
  Driver<M> driver_;
};

}  // namespace loopsteal

#include "sched/policy/work_stealing/parking.hpp"
