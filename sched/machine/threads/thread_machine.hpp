// Real threads: one per worker, on a steady clock.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "sched/atomics.hpp"
#include "sched/contract.hpp"
#include "sched/core/assert.hpp"
#include "sched/core/coro/transfer.hpp"
#include "sched/machine/threads/blocking_pool.hpp"
#include "sched/machine/threads/brief_mutex.hpp"
#include "sched/machine/threads/burn.hpp"
#include "sched/machine/threads/clock.hpp"
#include "sched/machine/threads/outside_thread.hpp"
#include "sched/machine/threads/parker.hpp"
#include "sched/machine/threads/reactor.hpp"
#include "sched/machine/threads/start_gate.hpp"
#include "sched/observe/observer.hpp"

namespace loopsteal {

/// Options of a ThreadMachine.
struct ThreadMachineOptions {
  WorkerId workers = 1;
  Reactors reactors = Reactors::per_worker;
  std::size_t blocking_threads = 512;  ///< In each pool: one per worker if it has a reactor.
};

namespace detail {
/// Worker of the calling thread, and its counts in this run. As a thread-local, a count is one
/// instruction.
struct ThisWorker {
  const void* machine = nullptr;
  WorkerId id = kNoWorker;
  WorkerStats stats{};
  std::uint64_t moved = 0;  ///< Jobs run that were made ready elsewhere; the rarer case.
};
inline constinit thread_local ThisWorker this_worker;
}  // namespace detail

template <Observer O = NullObserver>
class ThreadMachine {
 public:
  using Options = ThreadMachineOptions;
  using Atomics = StdAtomics;
  static constexpr std::string_view kName = "threads";
  static constexpr bool kVirtualTime = false;

  /// Lock for policies: held for a few lines, never while a job runs.
  class Mutex : public std::mutex {
   public:
    explicit Mutex(ThreadMachine&) noexcept {}
  };

  /// Lock for a few stores.
  class BriefMutex : public loopsteal::BriefMutex<Atomics> {
   public:
    explicit BriefMutex(ThreadMachine&) noexcept {}
  };

  /// `unblocked` is called with jobs whose blocking call has completed, on threads of the pool.
  ThreadMachine(const Options& options, const std::function<void(Job&)>& unblocked, O& observer)
      : workers_(options.workers),
        observer_(observer),
        contexts_(std::make_unique<Context[]>(options.workers)),
        steals_(std::size_t{options.workers} * options.workers) {
    // A worker that is an event loop of its own has its own of both, like a process.
    const WorkerId places = options.reactors == Reactors::per_worker ? workers_ : 1;
    for (WorkerId i = 0; i < places; ++i) {
      reactors_.push_back(std::make_unique<Reactor>());
      pools_.push_back(std::make_unique<BlockingPool>(options.blocking_threads, unblocked));
    }
    calibrate_burn();
  }

  // ---- For policies: concept Machine ------------------------------------------------------------

  [[nodiscard]] WorkerId workers() const noexcept { return workers_; }

  [[nodiscard]] WorkerId current() const noexcept {
    const detail::ThisWorker& here = detail::this_worker;
    if (here.machine != this) return kNoWorker;
    if (here.id == kNoWorker) __builtin_unreachable();  // A hint: nothing tests this again.
    return here.id;
  }

  [[nodiscard]] TimePoint now() const noexcept { return monotonic_now(); }

  [[nodiscard]] bool finishing() const noexcept {
    // acquire: pairs with finish(), for the root task's writes.
    return finishing_.load(std::memory_order_acquire);
  }

  void unpark(WorkerId w) noexcept {
    const WorkerId here = current();
    if (here != kNoWorker) charge(here, Op::unpark, 1);
    if constexpr (O::kEnabled) observer_.on_wake(here, w, now());
    contexts_[w].parker.unpark();
  }

  void poll(WorkerId w, JobQueue& finished) noexcept {
    if (reactor(w).take(finished)) charge(w, Op::poll, 1);
  }

  [[nodiscard]] bool may_have_io(WorkerId w) noexcept { return reactor(w).is_waited_for(); }

  void charge([[maybe_unused]] WorkerId w, Op op, std::uint64_t n) noexcept {
    own_stats().ops[static_cast<std::size_t>(op)] += n;
    if constexpr (O::kEnabled)
      if (op == Op::overflow) observer_.on_overflow(w, now());
  }

  void charge_outside(Op op, std::uint64_t n) noexcept {
    // relaxed: counts, read when all workers are quiet.
    if (op == Op::push_remote) remote_schedule_count_.fetch_add(n, std::memory_order_relaxed);
  }

  void stolen(WorkerId thief, WorkerId victim, std::uint64_t n) noexcept {
    steals_[std::size_t{thief} * workers_ + victim] += n;  // Each row belongs to its thief.
    if constexpr (O::kEnabled) observer_.on_steal(thief, victim, n, now());
  }

  void made_ready(WorkerId w, Job& job, ReadyCause cause) noexcept {
    job.ready_on = w;
    job.cause = cause;
    if constexpr (O::kEnabled) observer_.on_ready(w, job, cause, now());
  }

  void taken_back(WorkerId, Job&) noexcept {}

  /// The running job on `w` continues in `job`, without returning to the worker loop.
  void on_inline_run(WorkerId w, const Job& job) noexcept requires(!O::kEnabled) {
    count_run(w, job);
  }

  void warn_slow(WorkerId w, Duration duration) noexcept {
    std::fprintf(stderr, "loopsteal: a job took %.3f seconds on loop %u\n",
                 static_cast<double>(duration.count()) / 1e9, w);
  }

  // ---- For the runtime --------------------------------------------------------------------------

  /// Real threads do the work at once.
  bool compute(Job&, Work work) noexcept {
    burn(work);
    return false;
  }

  void block(BlockingCall& call) noexcept {
    const WorkerId here = current();
    pools_[pools_.size() == 1 || here == kNoWorker ? 0 : here]->submit(call);
  }

  bool start_io(Timer& request) noexcept { return reactor_of(request).start_io(request); }
  bool cancel_io(Timer& request) noexcept { return reactor_of(request).cancel_io(request); }
  bool watch(DescriptorWait& wait) noexcept { return reactor_of(wait).watch(wait); }
  bool cancel(DescriptorWait& wait) noexcept { return reactor_of(wait).cancel(wait); }
  bool wait_outside(OutsideWait& wait) noexcept { return outside_.resume_at(wait); }

  /// Ends the threads other than the workers, after their current work. Call before the policy is
  /// destroyed, which they use. No run may follow.
  void end_threads() noexcept {
    outside_.end();  // First: a client outside may use the pool.
    for (const auto& pool : pools_) pool->end();
  }

  /// The root task takes its first step: the makespan begins. Called by the worker that runs it.
  void root_begins() noexcept { started_at_ = now(); }

  /// Ends the current run, or the next one. Any thread.
  void finish() noexcept {
    const TimePoint at = now();
    // relaxed: read after the workers have been joined.
    if (!finishing_.exchange(true, std::memory_order_acq_rel))
      finished_at_.store(at, std::memory_order_relaxed);
    for (WorkerId w = 0; w < workers_; ++w) contexts_[w].parker.unpark();
  }

  /// Runs the workers until finish(). `start` submits the first job; it is called once all threads
  /// have started.
  template <Policy P, class Start>
  Measurement run(P& policy, Start&& start) {
    reset();
    policy.begin_run();
    StartGate gate(workers_);
    std::vector<std::jthread> threads;
    try {
      for (WorkerId w = 0; w < workers_; ++w)
        threads.emplace_back([this, &policy, &gate, w] {
          if (gate.wait()) work(policy, w);
        });
      gate.await_all();
      if constexpr (O::kEnabled) observer_.begin_run(workers_, now());
    } catch (...) {
      gate.call_off();  // A thread or a buffer cannot be created: the threads that exist end.
      throw;
    }
    started_at_ = now();
    start();
    gate.open();
    threads.clear();  // Joins.
    return collect(policy.arrivals());
  }

 private:
  /// State that a worker writes while it runs, and its parker.
  struct alignas(128) Context {
    WorkerStats stats;           ///< Of the last run.
    bool idle = false;           ///< Found no job at its last step.
    bool ran_since_wake = true;  ///< A job ran since the last park.
    TimePoint idle_since{};      ///< While idle: beginning of its search.
    alignas(128) Parker parker;
  };

  /// Counts of the calling thread's worker.
  [[nodiscard]] static WorkerStats& own_stats() noexcept { return detail::this_worker.stats; }

  void reset() noexcept {
    for (WorkerId w = 0; w < workers_; ++w) {
      contexts_[w].stats = {};
      contexts_[w].idle = false;
      contexts_[w].ran_since_wake = true;
    }
    std::fill(steals_.begin(), steals_.end(), 0);
    remote_schedule_count_.store(0, std::memory_order_relaxed);  // No worker runs.
  }

  template <Policy P>
  void work(P& policy, WorkerId w) noexcept {
    detail::this_worker = {.machine = this, .id = w};
    const TimePoint began = now();
    Context& me = contexts_[w];
    const Duration park_spin = policy.park_spin();
    while (true) {
      if (policy.may_leave(w) && finishing()) [[unlikely]]
        break;
      const Step step = policy.step(w);
      if (step.runs()) [[likely]] {
        if (me.idle) [[unlikely]]
          leave_idle(me);
        run_job(policy, w, step.job());
      } else {
        stay_idle(w, me, step, park_spin);
      }
    }
    if (me.idle) leave_idle(me);
    me.stats = own_stats();
    me.stats.local_run_count = me.stats.poll_count - detail::this_worker.moved;
    me.stats.busy = now() - began - me.stats.searching - me.stats.parked;
    detail::this_worker = {};
  }

  static void count_run(WorkerId w, const Job& job) noexcept {
    ++own_stats().poll_count;
    if (job.ready_on != w) [[unlikely]]
      ++detail::this_worker.moved;
  }

  template <Policy P>
  void run_job(const P& policy, WorkerId w, Job& job) noexcept {
    count_run(w, job);
    if constexpr (O::kEnabled) observer_.on_run(w, job, now(), policy.queue_depth(w));
    run_chain(job);  // The job may be gone afterwards.
    if constexpr (O::kEnabled) observer_.on_rest(w, now());
  }

  // The step by value, so that the loop above need not keep it in memory.
  [[gnu::noinline]] void stay_idle(WorkerId w, Context& me, Step step,
                                   Duration park_spin) noexcept {
    if (!me.idle) {
      me.idle = true;
      me.idle_since = now();
    }
    if (!step.parks()) return;
    charge(w, Op::park, 1);
    if (!me.ran_since_wake) charge(w, Op::noop_park, 1);
    me.ran_since_wake = false;
    if (park_spin != Duration::zero() && spin_while_parked(w, me, step, park_spin)) return;
    const TimePoint asleep = now();
    own_stats().searching += asleep - me.idle_since;
    if (step.parks_in_driver()) {
      me.parker.park_in(reactor(w), step.deadline());
    } else {
      me.parker.park(step.deadline());
    }
    me.idle_since = now();
    own_stats().parked += me.idle_since - asleep;
    if constexpr (O::kEnabled) observer_.on_park(w, asleep, me.idle_since);
  }

  /// True: the wake-up has already come. The time counts as searching.
  bool spin_while_parked(WorkerId w, Context& me, Step step, Duration park_spin) noexcept {
    const TimePoint until = std::min(step.deadline(), later(now(), park_spin));
    return me.parker.watch(until, step.parks_in_driver() ? &reactor(w) : nullptr);
  }

  [[gnu::noinline]] void leave_idle(Context& me) noexcept {
    own_stats().searching += now() - me.idle_since;
    me.idle = false;
    me.ran_since_wake = true;
  }

  Measurement collect(std::uint64_t arrivals) {
    Measurement result;
    // relaxed: the workers have been joined. A stop() before the beginning gives no negative time.
    const TimePoint finished_at = finished_at_.load(std::memory_order_relaxed);
    result.makespan = std::max(finished_at - started_at_, Duration::zero());
    for (WorkerId w = 0; w < workers_; ++w) {
      contexts_[w].parker.reset();
      result.workers.push_back(contexts_[w].stats);
    }
    result.steals = steals_;
    // relaxed, both: as above.
    result.remote_schedule_count =
        arrivals + remote_schedule_count_.load(std::memory_order_relaxed);
    finishing_.store(false, std::memory_order_relaxed);
    if constexpr (O::kEnabled) observer_.end_run(result, finished_at);
    return result;
  }

  /// Reactor of the task's loop. The wait does not store it: a canceller, on any thread and perhaps
  /// before the wait is armed, has to find the same one.
  [[nodiscard]] Reactor& reactor_of(const Suspension& wait) noexcept {
    const WorkerId home = wait.job->home;
    return reactor(home == kNoWorker ? 0 : home);
  }
  [[nodiscard]] Reactor& reactor(WorkerId w) noexcept {
    return *reactors_[reactors_.size() == 1 ? 0 : w];
  }

  const WorkerId workers_;
  O& observer_;
  const std::unique_ptr<Context[]> contexts_;
  std::vector<std::uint64_t> steals_;  ///< [thief * workers + victim]; a row belongs to its thief.
  std::vector<std::unique_ptr<Reactor>> reactors_;
  std::atomic<std::uint64_t> remote_schedule_count_{0};
  TimePoint started_at_{};  ///< Written by the worker that begins the root task.
  std::atomic<TimePoint> finished_at_{TimePoint{}};
  alignas(128) std::atomic<bool> finishing_{false};
  std::vector<std::unique_ptr<BlockingPool>> pools_;
  OutsideThread outside_;
};

}  // namespace loopsteal
