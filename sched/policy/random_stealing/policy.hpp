// Stealing as the models of queueing theory have it: jobs arrive at workers, and a worker that runs
// out of work makes attempts on others (Mitzenmacher, SPAA 1998; McClure and others, NSDI 2022).
//
// A job made ready outside the workers goes into the queue of one of them, drawn by `placement`;
// one made ready by a worker goes into that worker's queue. There is no injector and no LIFO slot.
// A worker whose queue is empty searches (search.hpp) and then parks: until a job is pushed into
// its queue, until a retry is due, until stolen jobs arrive, or, where a search asks every worker,
// until it is notified as in Tokio (idle_set.hpp).
#pragma once
#include <algorithm>
#include <optional>
#include <utility>

#include "sched/contract.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/policy/parts/driver.hpp"
#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/parts/placement.hpp"
#include "sched/policy/random_stealing/options.hpp"
#include "sched/policy/random_stealing/search.hpp"
#include "sched/policy/random_stealing/worker.hpp"

namespace loopsteal {

template <Machine M>
class RandomStealing final : public PolicyDefaults {
 public:
  using Options = RandomStealingOptions;
  static constexpr Reactors kReactors = Reactors::shared;

  /// Throws SpecError for options that contradict each other.
  RandomStealing(M& machine, const Options& options, std::uint64_t seed)
      : machine_(machine),
        options_(checked(options)),
        idle_({machine.workers(), IdleSetOptions::limit(options.searchers, machine.workers()),
               options.wakes_thieves()},
              machine),
        workers_(machine.workers()),
        search_(machine, options_, workers_),
        driver_(machine, options.timer_granularity),
        placer_(options.placement_options(), seed, machine.workers()) {
    for (WorkerId w = 0; w < machine.workers(); ++w)
      workers_.emplace_back(machine, options, seed, w);
  }

  void begin_run() noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w) workers_[w].begin_run(w, idle_);
    driver_.release();
  }
  void take_ready(JobQueue& left) noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w) workers_[w].take_ready(left);
  }
  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  /// Asked after a run. A deferred job had to wait for its worker, whichever workers were idle.
  [[nodiscard]] bool conserves_work() const noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w)
      if (workers_[w].has_deferred) return false;
    return options_.conserves_work();
  }
  [[nodiscard]] std::size_t queue_depth(WorkerId w) const noexcept {
    return workers_[w].queue.size();
  }
  void fetch(WorkerId w) const noexcept override { workers_[w].fetch(); }
  [[nodiscard]] std::optional<TimePoint> next_timer() const noexcept override {
    return driver_.next_timer();
  }
  [[nodiscard]] LongestSearch longest_search(WorkerId) const noexcept override {
    return search_.longest_search();
  }

  void submit(Job& job, ReadyCause cause) noexcept {
    const WorkerId here = machine_.current();
    machine_.made_ready(here, job, cause);
    if (here == kNoWorker) return put_on_a_worker(job);
    machine_.charge(here, Op::push_local, 1);
    Worker& me = workers_[here];
    if (cause == ReadyCause::yielded) {
      me.deferred.push(job);
      me.has_deferred = true;
    } else {
      push(here, me, job);
      notify_one();
    }
  }

  /// A job that the calling worker has deferred. The jobs of other workers are theirs.
  [[nodiscard]] bool take_back(Job& job) noexcept override {
    const WorkerId here = machine_.current();
    if (here == kNoWorker || !workers_[here].deferred.remove(job)) return false;
    machine_.taken_back(here, job);
    return true;
  }

  bool submit_at(Timer& timer) noexcept { return driver_.submit_at(timer); }
  bool cancel(Timer& timer) noexcept { return driver_.cancel(timer); }

  [[nodiscard]] Step step(WorkerId w) noexcept {
    Worker& me = workers_[w];
    if (me.runs_job) {
      me.note_run(false);
    } else if (me.idle != Idle::no) {
      if (me.idle == Idle::sweeping) return go_on_sweeping(w, me);
      if (!leave_park(w, me)) return park_again(w, me);
    }
    if (--me.until_event == 0) look_at_events_again(w, me);
    Job* job = me.pop(machine_, w);
    if (job == nullptr) job = search(w, me);
    return job == nullptr ? out_of_work(w, me) : run(me, *job);
  }

 private:
  using Worker = RandomStealingWorker<M>;

  // ---- Making ready -----------------------------------------------------------------------------

  /// Into the queue of one worker. It is woken if it is asleep, otherwise a possible thief is.
  void put_on_a_worker(Job& job) noexcept {
    machine_.charge_outside(Op::push_remote, 1);
    const auto load = [this](WorkerId w) { return workers_[w].load(); };
    const WorkerId home = placer_.place(placer_.take_number(), load);
    push(home, workers_[home], job);
    // Under the lock under which a worker goes to sleep; it looks into its queue once more after.
    if (idle_.is_parked(home)) return machine_.unpark(home);
    if (workers_[home].awaits_jobs()) machine_.unpark(home);  // No sleeper, and perhaps asleep.
    notify_one();
  }

  void push(WorkerId home, Worker& worker, Job& job) noexcept {
    worker.queue.push(job);
    search_.occupancy().add(home);
  }

  void notify_one() noexcept {
    const WorkerId sleeper = idle_.worker_to_notify();
    if (sleeper != kNoWorker) machine_.unpark(sleeper);
  }

  // ---- Running and searching --------------------------------------------------------------------

  Step run(Worker& me, Job& job) noexcept {
    if (me.searching) stop_searching(me);
    me.note_run(true);
    return Step::run(job);
  }

  Job* search(WorkerId w, Worker& me) noexcept {
    if (!me.searching && (!search_.may_search(me) || !start_searching(w, me))) return nullptr;
    return search_.begin(w, me);
  }

  bool start_searching(WorkerId w, Worker& me) noexcept {
    if (!idle_.transition_worker_to_searching()) return false;
    machine_.charge(w, Op::search, 1);
    me.searching = true;
    return true;
  }

  /// The last searcher that finds work wakes the next: there may be more.
  void stop_searching(Worker& me) noexcept {
    me.searching = false;
    if (idle_.transition_worker_from_searching()) notify_one();
  }

  /// The next step of a search of which each step pays for the next: see search.hpp.
  Step go_on_sweeping(WorkerId w, Worker& me) noexcept {
    if (--me.until_event == 0) look_at_events_again(w, me);
    Job* const job = search_.go_on(w, me);
    if (me.sweep.under_way()) return Step::look_again();
    me.idle = Idle::no;
    return job == nullptr ? out_of_work(w, me) : run(me, *job);
  }

  // ---- Timers, I/O, deferred jobs ---------------------------------------------------------------

  void look_at_events_again(WorkerId w, Worker& me) noexcept {
    me.until_event = options_.event_interval;
    look_at_events(w, me);
  }

  /// One look at timers and I/O, without waiting, then the deferred jobs.
  void look_at_events(WorkerId w, Worker& me) noexcept {
    if (driver_.try_acquire_to_look(w)) poll_and_release(w, me);
    for (Job* job = me.deferred.take(DeferredOrder::back); job != nullptr;) {
      Job& next = *std::exchange(job, job->next);
      push(w, me, next);
    }
    if (!me.searching && me.queue.size() > 1) notify_one();
  }

  void poll_and_release(WorkerId w, Worker& me) noexcept {
    JobQueue ready;
    driver_.poll(w, ready);
    driver_.release();
    while (Job* const job = ready.pop_front()) {
      machine_.charge(w, Op::push_local, 1);
      push(w, me, *job);
    }
  }

  // ---- Sleeping ---------------------------------------------------------------------------------

  Step out_of_work(WorkerId w, Worker& me) noexcept {
    if (machine_.finishing()) return Step::look_again();
    if (!me.deferred.empty()) {
      look_at_events(w, me);
      return Step::look_again();
    }
    if (me.idle == Idle::sweeping || (!options_.park && search_.may_find_more(me)))
      return Step::look_again();
    if (me.awaits_jobs()) return await_jobs(w, me);
    // A worker that had no leave to search has not looked everywhere; a searcher will.
    const bool last_searcher = idle_.transition_worker_to_parked(w, me.searching);
    me.searching = false;
    me.idle = Idle::parked;
    if (last_searcher && options_.wakes_thieves() && search_.anybody_has_jobs()) notify_one();
    me.next_attempt = search_.next_attempt(me);
    // A job may have been put into the queue of a worker that was not asleep yet.
    return me.queue.size() != 0 && leave_park(w, me) ? Step::look_again() : park_again(w, me);
  }

  /// A worker may not steal until the jobs that it has stolen are here. So it has found work, and
  /// it is not among the sleepers that are woken to search: woken, it could only fall asleep again
  /// and wake another in its place, which may be one that waits as well.
  Step await_jobs(WorkerId w, Worker& me) noexcept {
    if (me.searching) stop_searching(me);
    me.idle = Idle::awaiting;
    return me.queue.size() != 0 && leave_park(w, me) ? Step::look_again() : park_again(w, me);
  }

  Step park_again(WorkerId w, Worker& me) noexcept {
    me.holds_driver = driver_.try_acquire(w);
    if (!me.holds_driver) return Step::park(me.alarm());
    return Step::park_in_driver(std::min(me.alarm(), driver_.next_deadline()));
  }

  /// After a park has returned. False: there is no reason to be awake.
  bool leave_park(WorkerId w, Worker& me) noexcept {
    if (me.holds_driver) {
      me.holds_driver = false;
      poll_and_release(w, me);
    }
    const std::size_t jobs = me.queue.size();
    if (me.idle == Idle::awaiting) {
      if (jobs == 0 && me.awaits_jobs() && !machine_.finishing()) return false;
      if (jobs > 1) notify_one();
    } else if (jobs != 0) {
      // Woken for its own jobs, it does not search, unless another worker has woken it too and
      // counts on that.
      me.searching = !idle_.unpark_worker_by_id(w);
      if (!me.searching && jobs > 1) notify_one();
    } else {
      me.retrying = me.next_attempt != kForever && machine_.now() >= me.next_attempt;
      if (!me.retrying && idle_.is_parked(w) && !machine_.finishing()) return false;
      me.searching = !idle_.unpark_worker_by_id(w);
    }
    me.awake();
    return true;
  }

  M& machine_;
  const Options options_;
  IdleSet<typename M::Mutex, typename M::Atomics> idle_;
  FixedArray<Worker> workers_;
  RandomSearch<M> search_;
  Driver<M> driver_;
  Placer<typename M::Atomics> placer_;
};

}  // namespace loopsteal
