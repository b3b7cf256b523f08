// Virtual CPUs under one event list: the same policies, in counted instead of measured time.
//
// One thread runs all workers, one event a turn: one step of the policy, or the end of a job's
// computation. A step acts at its beginning, and its cost (cost_model.hpp) delays the next event.
// So overlapping steps of two workers may be out of order by the cost of one step at most.
//
// Nothing depends on a clock, an address or the number of threads: the same program gives the same
// run, event for event (trace_hash.hpp). Every run checks its accounting (sim_invariants.hpp).
#pragma once
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <utility>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/coro/transfer.hpp"
#include "sched/machine/sim/event_list.hpp"
#include "sched/machine/sim/lookahead.hpp"
#include "sched/machine/sim/plain_atomics.hpp"
#include "sched/machine/sim/sim_accounting.hpp"
#include "sched/machine/sim/sim_devices.hpp"
#include "sched/machine/sim/sim_machine_options.hpp"
#include "sched/machine/sim/time_slices.hpp"
#include "sched/machine/sim/virtual_cpu.hpp"
#include "sched/machine/sim/virtual_time.hpp"
#include "sched/machine/sim/watchdog.hpp"
#include "sched/observe/observer.hpp"

namespace loopsteal {

/// All members belong to the thread that calls run(), except finish().
template <Observer O = NullObserver>
class SimMachine {
 public:
  using Options = SimMachineOptions;
  using Atomics = PlainAtomics;
  static constexpr bool kVirtualTime = true;
  struct Mutex : VirtualMutex {
    explicit Mutex(SimMachine& machine) noexcept : VirtualMutex(machine.time_) {}
  };
  using BriefMutex = Mutex;

  SimMachine(const Options& options, std::function<void(Job&)> unblocked, O& observer)
      : workers_(options.workers),
        observer_(observer),
        time_(options.costs, options.patience),
        events_({.places = options.workers + SimDevices::kDevices,
                 .devices = SimDevices::kDevices,
                 .shuffle_ties = options.shuffle_ties}),
        cpus_(options.workers),
        noise_(options.noise, options.seed, options.workers),
        accounting_(options.workers),
        reactors_(options.places()),
        watchdog_(options.workers),
        clients_share_cpus_(options.cpus <= options.workers),
        devices_(events_, time_, options.workers,
                 SimBlockingPool(options.blocking_threads, options.places()),
                 std::move(unblocked)) {}

  // ---- For policies: concept Machine ------------------------------------------------------------

  [[nodiscard]] WorkerId workers() const noexcept { return workers_; }
  [[nodiscard]] WorkerId current() const noexcept { return current_; }
  [[nodiscard]] TimePoint now() const noexcept { return time_.now(); }
  [[nodiscard]] bool finishing() const noexcept { return finishing_.load(kNoOrder); }

  void unpark(WorkerId w) noexcept {
    if (current_ != kNoWorker) {
      ++cpus_[current_].stats.ops[static_cast<std::size_t>(Op::unpark)];
      // A worker that is awake or waking only gets a token, which is not charged.
      const TimePoint t = time_.paid();
      if (sleeps_beyond(w, t) && !cpus_[w].watches(t)) time_.charge_unpark();
    }
    if constexpr (O::kEnabled) observer_.on_wake(current_, w, now());
    wake(w, time_.paid());
  }

  void poll(WorkerId w, JobQueue& finished) noexcept {
    if (!may_have_io(w)) return;
    charge(w, Op::poll, 1);
    reactors_.of(w).take_finished(now(), finished);
  }
  [[nodiscard]] bool may_have_io(WorkerId w) noexcept { return !reactors_.of(w).idle(); }

  void charge(WorkerId w, Op op, std::uint64_t n) noexcept {
    cpus_[w].stats.ops[static_cast<std::size_t>(op)] += n;
    time_.charge(op, n);
    if constexpr (O::kEnabled)
      if (op == Op::overflow) observer_.on_overflow(w, now());
  }

  void charge_outside(Op op, std::uint64_t n) noexcept {
    if (op == Op::push_remote) accounting_.scheduled_from_outside(n);
  }

  void stolen(WorkerId thief, WorkerId victim, std::uint64_t n) noexcept {
    accounting_.stolen(thief, victim, n);
    if constexpr (O::kEnabled) observer_.on_steal(thief, victim, n, now());
  }

  void made_ready(WorkerId w, Job& job, ReadyCause cause) noexcept {
    job.ready_on = w;
    job.cause = cause;
    job.ready_at = now();
    accounting_.invariants.made_ready();
    if (cause == ReadyCause::spawned && current_ != kNoWorker) time_.charge_spawn();
    if constexpr (O::kEnabled) observer_.on_ready(w, job, cause, now());
  }

  void taken_back(WorkerId, Job& job) noexcept { accounting_.invariants.taken_back(job.ready_at); }
  void warn_slow(WorkerId w, Duration duration) noexcept {
    std::fprintf(stderr, "loopsteal: a job took %.3f virtual seconds on loop %u\n",
                 static_cast<double>(duration.count()) / 1e9, w);
  }

  // ---- For the runtime --------------------------------------------------------------------------

  /// Occupies the worker until the work or the time slice is over; then the worker continues the
  /// job, or runs others. Outside the workers computing takes no time.
  bool compute(Job& job, Work work, Duration slice = Duration::max()) noexcept {
    if (current_ == kNoWorker || work.ns <= 0) return false;
    cpus_[current_].job = &job;
    held_ = slices_.cut(job, noise_.stretch(current_, work.duration()), slice);
    return true;
  }

  void block(BlockingCall& call) { devices_.block(call, current_); }

  bool start_io(Timer& request) {
    if (request.abandoned()) return false;
    SimReactor& here = reactors_.of(request);
    here.start(request);
    const WorkerId w = here.sleeper;
    if (w == kNoWorker || cpus_[w].state != State::parked) return true;
    const TimePoint up = cpus_[w].up_at(std::max(request.deadline, now()), time_);
    if (!events_.scheduled(w) || events_.at(w) > up) events_.schedule(w, up);
    return true;
  }
  bool cancel_io(Timer& request) noexcept { return reactors_.of(request).cancel(request); }

  bool watch(DescriptorWait& wait) noexcept {
    wait.error = ENOTSUP;  // There are no descriptors in virtual time.
    return false;
  }
  bool cancel(DescriptorWait&) noexcept { return false; }
  bool wait_outside(OutsideWait& wait) noexcept { return devices_.wait_outside(wait); }
  void take_ready(JobQueue& left) noexcept { take_unbegun(cpus_, left); }
  void root_begins() noexcept { started_at_ = now(); }
  /// Ends the current run, or the next one. Any thread; from another thread than the run's, it
  /// takes effect after the current event.
  void finish() noexcept { finishing_.store(true, kNoOrder); }

  /// Runs events until finish() was called and all workers have left. Throws SimError if no event
  /// is scheduled and the run has not ended, if it makes no progress (NoProgress), if time
  /// overflows, or if the accounting does not balance.
  template <Policy P, class Start>
  Measurement run(P& policy, Start&& start) {
    begin(policy);
    start();
    while (working_ != 0) {
      if (finishing() && !told_) [[unlikely]]
        tell_all();
      if (events_.empty()) [[unlikely]]
        give_up(SimError(SimError::kStuck));
      const EventList::Event event = events_.pop();
      time_.pass_to(event.at);
      accounting_.event(event.at);
      if (event.id < workers_) [[likely]] {
        take_turn(policy, event.id);
        lookahead_.look(events_, cpus_, policy);
      } else {
        accounting_.hash.add(TraceHash::What::device, event.id, event.at);
        if (clients_share_cpus_ && !accounting_.invariants.any_asleep())
          devices_.take_cpu(event.id, cpus_);
        devices_.take_turn(event.id);
      }
      if (time_.overflowed()) [[unlikely]]
        give_up(SimError(SimError::kOverflow));
      if (watchdog_.count_event()) [[unlikely]]
        look_around(policy);
    }
    if (!told_) tell_all();
    return collect(policy);
  }

 private:
  using State = VirtualCpu::State;
  static constexpr auto kNoOrder = std::memory_order_relaxed;  // finish() publishes no data.
  static constexpr Duration kNotHeld{-1};

  // ---- A run ------------------------------------------------------------------------------------

  template <Policy P>
  void begin(P& policy) {
    events_.clear();
    time_.begin_run();
    policy.begin_run();
    reactors_.begin_run();
    accounting_.begin(now());
    watchdog_.begin_run(now());
    told_ = false;
    current_ = kNoWorker;
    working_ = workers_;
    began_at_ = started_at_ = now();
    park_spin_ = policy.park_spin();
    if constexpr (O::kEnabled) observer_.begin_run(workers_, now());
    for (WorkerId w = 0; w < workers_; ++w) {
      cpus_[w] = {};
      events_.schedule(w, now());
    }
    devices_.begin_run();
  }

  [[gnu::noinline]] void tell_all() noexcept {
    told_ = true;
    time_.end_run();
    finished_at_ = now();
    accounting_.hash.add(TraceHash::What::finish, 0, now());
    for (WorkerId w = 0; w < workers_; ++w) wake(w, now());
  }

  template <class E>
  [[noreturn, gnu::noinline]] void give_up(const E& error) {
    events_.clear();
    current_ = kNoWorker;
    finishing_.store(false, kNoOrder);
    throw error;
  }

  template <Policy P>
  [[gnu::noinline]] void look_around(P& policy) {
    const bool device_to_come = devices_.something_to_come();
    const Watchdog::Sight sight =
        sight_of(policy, now(), cpus_, accounting_.invariants, devices_.turns(), device_to_come,
                 reactors_.next_deadline());
    const Watchdog::Verdict verdict = watchdog_.look(sight, policy, time_.costs());
    if (verdict == Watchdog::Verdict::fine || finishing()) return;
    const auto doing = time_.unbilled([&] { return what_they_do(policy, cpus_, events_); });
    give_up(NoProgress(watchdog_.complaint(verdict, sight, doing)));
  }

  // ---- A turn: sim_turn.hpp ---------------------------------------------------------------------

  template <Policy P>
  void take_turn(P& policy, WorkerId w);
  /// True: the worker can take its next step at once. False: its next event is scheduled. The five
  /// functions below return the same.
  template <Policy P>
  bool step(P& policy, WorkerId w, VirtualCpu& me);
  template <Policy P>
  bool run_job(P& policy, WorkerId w, VirtualCpu& me, Job& job);
  template <Policy P>
  bool preempt(P& policy, WorkerId w, VirtualCpu& me);
  bool go_on(WorkerId w, VirtualCpu& me, Job& job, Duration cost);
  bool hold(WorkerId w, VirtualCpu& me, Duration held) noexcept;
  bool pay(WorkerId w, VirtualCpu& me) noexcept;

  [[gnu::noinline]] void stay_idle(WorkerId w, VirtualCpu& me, const Step& step) noexcept {
    if (!step.parks()) {
      me.stats.searching += time_.bill();
      return events_.schedule(w, time_.paid());
    }
    charge(w, Op::park, 1);
    if (!me.ran_since_wake) charge(w, Op::noop_park, 1);
    me.ran_since_wake = false;
    me.stats.searching += time_.bill();
    me.parked_since = time_.paid();
    me.asleep_since = later(me.parked_since, park_spin_);
    const bool returns = std::exchange(me.token, false);
    me.state = returns ? State::waking : State::parked;
    me.in_driver = step.parks_in_driver();
    accounting_.invariants.falls_asleep();
    accounting_.hash.add(TraceHash::What::park, w, now());
    if (returns) return events_.schedule(w, me.parked_since);
    TimePoint until = step.deadline();
    if (me.in_driver) {
      reactors_.of(w).sleeper = w;
      until = std::min(until, reactors_.of(w).next_deadline());
    }
    if (until != kForever) events_.schedule(w, me.up_at(until, time_));
  }

  /// Ends the current or next park of `w` at `t`.
  void wake(WorkerId w, TimePoint t) noexcept {
    VirtualCpu& sleeper = cpus_[w];
    if (sleeper.state != State::parked) sleeper.token |= sleeper.state != State::waking;
    if (!sleeps_beyond(w, t)) return;
    if (t <= now()) sleeper.state = State::waking;
    events_.schedule(w, sleeper.up_after(t, time_));
  }

  /// True if no event wakes `w` before time `t`.
  [[nodiscard]] bool sleeps_beyond(WorkerId w, TimePoint t) noexcept {
    const VirtualCpu& sleeper = cpus_[w];
    if (sleeper.state != State::parked) return false;
    return !events_.scheduled(w) || events_.at(w) > sleeper.up_after(t, time_);
  }

  void leave_sleep(WorkerId w, VirtualCpu& me) noexcept {
    accounting_.invariants.wakes_up();
    me.count_park(now());
    if (me.in_driver) reactors_.of(w).sleeper = kNoWorker;
    accounting_.hash.add(TraceHash::What::wake, w, now());
    if constexpr (O::kEnabled) observer_.on_park(w, me.parked_since, now());
  }

  template <Policy P>
  Measurement collect(const P& policy) {
    Measurement result;
    result.makespan = std::max(finished_at_ - started_at_, Duration::zero());
    result.workers.reserve(workers_);
    for (const VirtualCpu& cpu : cpus_) result.workers.push_back(cpu.stats);
    accounting_.add_to(result, policy.arrivals());
    finishing_.store(false, kNoOrder);
    time_.check_costs_known(result);
    if constexpr (O::kEnabled) observer_.end_run(result, finished_at_);
    accounting_.invariants.check(result.total(Op::stolen_job),
                                 !time_.priced() && policy.conserves_work());
    return result;
  }

  const WorkerId workers_;
  O& observer_;
  VirtualTime time_;
  EventList events_;
  std::vector<VirtualCpu> cpus_;
  Lookahead lookahead_;
  OsNoise noise_;
  WorkerId current_ = kNoWorker;  ///< The worker whose turn it is.
  Duration held_{};               ///< Time for which the job that ran occupies its worker.
  WorkerId working_ = 0;          ///< Workers that have not left.
  bool told_ = false;             ///< All workers have been woken for the end.
  SimAccounting accounting_;
  SimReactors reactors_;
  TimeSlices slices_;
  Watchdog watchdog_;
  const bool clients_share_cpus_;  ///< There are no CPUs other than the workers'.
  SimDevices devices_;
  TimePoint began_at_{}, started_at_{}, finished_at_{};
  Duration park_spin_{};  ///< The policy's setting.
  std::atomic<bool> finishing_{false};
};

}  // namespace loopsteal

#include "sched/machine/sim/sim_turn.hpp"
