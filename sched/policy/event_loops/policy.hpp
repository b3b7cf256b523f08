// Event loops with asyncio's semantics, one a worker, that share nothing and steal nothing. One
// worker: asyncio. More: the sharded control.
//
// An iteration (CPython: base_events.py, _run_once) takes in what other threads posted, finished
// I/O and due timers, in this order, behind what is ready already; then it runs exactly the jobs
// that are ready at that point. What those make ready waits for the next iteration. A task stays on
// the loop it was placed on.
#pragma once
#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "sched/contract.hpp"
#include "sched/core/fixed_array.hpp"
#include "sched/core/timer_heap.hpp"
#include "sched/policy/event_loops/options.hpp"
#include "sched/policy/parts/placement.hpp"

namespace loopsteal {

template <Machine M>
class EventLoops final : public PolicyDefaults {
 public:
  using Options = EventLoopsOptions;
  static constexpr Reactors kReactors = Reactors::per_worker;

  EventLoops(M& machine, const Options& options, std::uint64_t seed)
      : machine_(machine),
        options_(options),
        watched_(options.debug || options.placement == Placement::jsq),
        placer_({options.placement, options.placement_choices, options.hot_share}, seed,
                machine.workers()),
        loops_(machine.workers()) {
    for (WorkerId w = 0; w < machine.workers(); ++w) loops_.emplace_back(machine);
  }

  void begin_run() noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w) loops_[w].fresh = true;
  }

  /// A loop leaves between iterations, and not before its first one.
  [[nodiscard]] bool may_leave(WorkerId w) const noexcept {
    const Loop& loop = loops_[w];
    return loop.turn == nullptr && loop.left == 0 && !loop.fresh;
  }

  /// While no worker runs, or by the thread that runs all of them.
  [[nodiscard]] std::optional<TimePoint> next_timer() const noexcept override {
    TimePoint next = kForever;
    for (WorkerId w = 0; w < machine_.workers(); ++w)
      next = std::min(next, loops_[w].timers.next_deadline());
    return next;
  }

  /// With one loop there is no other worker that could be idle.
  [[nodiscard]] bool conserves_work() const noexcept { return machine_.workers() == 1; }

  [[nodiscard]] std::size_t queue_depth(WorkerId w) const noexcept {
    return loops_[w].left + loops_[w].ready.size();
  }

  /// Of the calling worker's loop; see Scheduler::iteration().
  [[nodiscard]] std::uint64_t iteration() const noexcept override {
    const WorkerId here = machine_.current();
    return loops_[here == kNoWorker ? 0 : here].iterations;
  }

  void submit(Job& job, ReadyCause cause) noexcept {
    const WorkerId here = machine_.current();
    machine_.made_ready(here, job, cause);
    if (job.home == here && here != kNoWorker) [[likely]]
      return make_ready(here, job);
    if (job.home == kNoWorker && here != kNoWorker && machine_.workers() == 1) {
      job.home = 0;  // A new job, and only one place for it.
      return make_ready(here, job);
    }
    submit_from_elsewhere(here, job);
  }

  /// Appends all jobs that are ready. While no worker runs.
  void take_ready(JobQueue& left) noexcept {
    for (WorkerId w = 0; w < machine_.workers(); ++w) {
      Loop& loop = loops_[w];
      for (Job** turn : {&loop.turn, &loop.aside})
        while (Job* const job = *turn) {
          *turn = job->next;
          left.push_back(*job);
        }
      loop.left = 0;
      left.splice_back(loop.ready);
      const std::lock_guard lock(loop.inbox_mutex);
      left.splice_back(loop.inbox);
      loop.inbox_size.store(0, std::memory_order_relaxed);  // relaxed: no worker runs.
    }
  }

  bool submit_at(Timer& timer) noexcept {
    if (timer.job->home == kNoWorker) timer.job->home = place(*timer.job);
    const WorkerId home = timer.job->home;
    Loop& loop = loops_[home];
    const WorkerId here = machine_.current();
    {
      const std::lock_guard lock(loop.timer_mutex);
      if (timer.abandoned()) return false;
      // relaxed: read without the lock by cancel(), which says why.
      std::atomic_ref(timer.owner).store(home, std::memory_order_relaxed);
      loop.timers.insert(timer);
      loop.has_timers.store(true, std::memory_order_relaxed);  // relaxed: as inbox_size.
    }
    charge_anywhere(machine_, here, Op::timer_insert);
    if (here != home) machine_.unpark(home);  // It may sleep towards a later deadline.
    return true;
  }

  bool cancel(Timer& timer) noexcept {
    // relaxed: the owner is written once, and looked at again under the lock of the loop it names.
    const WorkerId owner = std::atomic_ref(timer.owner).load(std::memory_order_relaxed);
    if (owner != kNoWorker) return cancel_on(owner, timer);
    // Never armed, or armed a moment ago on another worker. Under the locks it is one or the other:
    // a worker that arms it after we have passed finds that its wait was abandoned.
    for (WorkerId w = 0; w < machine_.workers(); ++w)
      if (cancel_on(w, timer)) return true;
    return false;
  }

  [[nodiscard]] Step step(WorkerId w) noexcept {
    Loop& loop = loops_[w];
    if (loop.turn != nullptr) [[likely]]
      return next_of_iteration(w, loop);
    return other_step(w, loop);
  }

 private:
  template <class T>
  using Atomic = typename M::Atomics::template Atomic<T>;

  struct alignas(128) Loop {
    explicit Loop(M& machine) : timer_mutex(machine), inbox_mutex(machine) {}

    Job* turn = nullptr;   ///< The next job of this iteration; the others follow through Job::next.
    std::size_t left = 0;  ///< How many these are (asyncio's ntodo).
    JobQueue ready;        ///< For the next iteration.
    Job* aside = nullptr;  ///< With something to note at each step: holds `turn` in between.
    std::uint64_t iterations = 0;  ///< That had something to run, the present one included.
    bool fresh = true;             ///< No iteration in this run yet.
    bool watching = false;         ///< In debug mode: a job has run since job_began.
    TimePoint job_began{};

    Atomic<bool> has_timers{false};  ///< Or had, at the last look. Written under the mutex.
    typename M::Mutex timer_mutex;   ///< Anybody may cancel a task, and with it its timer.
    TimerHeap<TimerTies::as_heapq> timers;

    alignas(64) typename M::Mutex inbox_mutex;
    JobQueue inbox;                     ///< From elsewhere (asyncio's call_soon_threadsafe).
    Atomic<std::size_t> inbox_size{0};  ///< Written under the mutex, read without.
    /// For least_loaded and jsq: jobs ready here; published each iteration or, with the job that
    /// runs, each step.
    Atomic<std::size_t> depth{0};
  };

  Step next_of_iteration(WorkerId w, Loop& loop) noexcept {
    Job& job = *loop.turn;
    loop.turn = job.next;
    --loop.left;
    machine_.charge(w, Op::pop_local, 1);
    return Step::run(job);
  }

  /// Out of line, to keep step() small.
  [[gnu::noinline]] Step other_step(WorkerId w, Loop& loop) noexcept {
    return watched_ ? watched_step(w, loop) : next_step(w, loop);
  }

  Step next_step(WorkerId w, Loop& loop) noexcept {
    if (loop.turn == nullptr) {
      const Step step = begin_iteration(w, loop);
      if (loop.turn == nullptr) return step;
    }
    return next_of_iteration(w, loop);
  }

  /// With debug or placement=jsq. In debug mode the last job ran from the end of one step to the
  /// beginning of the next.
  [[gnu::noinline]] Step watched_step(WorkerId w, Loop& loop) noexcept {
    if (options_.debug && loop.watching) {
      const Duration took = machine_.now() - loop.job_began;
      if (took >= options_.slow_callback_duration) {
        machine_.charge(w, Op::slow_callback, 1);
        machine_.warn_slow(w, took);
      }
    }
    std::swap(loop.turn, loop.aside);
    const Step step = next_step(w, loop);
    std::swap(loop.turn, loop.aside);
    loop.watching = step.runs();
    if (options_.debug && loop.watching) loop.job_began = machine_.now();
    // relaxed: a hint; orders nothing.
    if (options_.placement == Placement::jsq)
      loop.depth.store(loop.left + loop.ready.size() + (step.runs() ? 1 : 0),
                       std::memory_order_relaxed);
    return step;
  }

  bool cancel_on(WorkerId w, Timer& timer) noexcept {
    Loop& loop = loops_[w];
    {
      const std::lock_guard lock(loop.timer_mutex);
      // relaxed: if it is this loop, it was written under this lock.
      if (std::atomic_ref(timer.owner).load(std::memory_order_relaxed) != w) return false;
      if (!loop.timers.cancel(timer)) return false;
    }
    charge_anywhere(machine_, machine_.current(), Op::timer_cancel);
    return true;
  }

  void make_ready(WorkerId here, Job& job) noexcept {
    machine_.charge(here, Op::push_local, 1);
    loops_[here].ready.push_back(job);
  }

  /// A new job, or one that is made ready elsewhere than on its loop.
  [[gnu::noinline]] void submit_from_elsewhere(WorkerId here, Job& job) noexcept {
    if (job.home == kNoWorker) job.home = place(job);
    const WorkerId home = job.home;  // Once pushed, the job is not ours to read.
    if (home != here) return submit_elsewhere(here, home, job);
    make_ready(here, job);
  }

  [[gnu::noinline]] void submit_elsewhere(WorkerId here, WorkerId home, Job& job) noexcept {
    charge_anywhere(machine_, here, Op::push_remote);
    Loop& loop = loops_[home];
    {
      const std::lock_guard lock(loop.inbox_mutex);
      loop.inbox.push_back(job);
      // relaxed: a hint; the token of unpark() makes sure that the loop looks again.
      loop.inbox_size.store(loop.inbox.size(), std::memory_order_relaxed);
    }
    machine_.unpark(home);
  }

  /// Leaves loop.turn null if there is nothing to run.
  Step begin_iteration(WorkerId w, Loop& loop) noexcept {
    loop.fresh = false;
    take_inbox(w, loop);
    take_io(w, loop);
    const TimePoint next_deadline = take_due(w, loop);
    loop.left = loop.ready.size();
    if (options_.placement == Placement::least_loaded)
      loop.depth.store(loop.left, std::memory_order_relaxed);  // A hint; orders nothing.
    if (loop.left == 0)
      return machine_.finishing() ? Step::look_again() : Step::park_in_driver(next_deadline);
    loop.turn = loop.ready.take_all();
    ++loop.iterations;
    machine_.charge(w, Op::iteration, 1);
    return Step::look_again();
  }

  void take_inbox(WorkerId w, Loop& loop) noexcept {
    // acquire is not needed: the jobs are taken under the mutex, and unpark() covers a miss.
    if (loop.inbox_size.load(std::memory_order_relaxed) == 0) return;
    const std::lock_guard lock(loop.inbox_mutex);
    machine_.charge(w, Op::pop_remote, loop.inbox.size());
    loop.ready.splice_back(loop.inbox);
    loop.inbox_size.store(0, std::memory_order_relaxed);
  }

  void take_io(WorkerId w, Loop& loop) noexcept {
    JobQueue finished;
    machine_.poll(w, finished);
    while (Job* const job = finished.pop_front()) {
      machine_.made_ready(w, *job, ReadyCause::io);
      loop.ready.push_back(*job);
    }
  }

  /// When the loop has to look at its timers again.
  TimePoint take_due(WorkerId w, Loop& loop) noexcept {
    // relaxed: a hint that saves a loop without timers the lock; unpark() covers a miss, and those
    // that the loop itself inserted are seen.
    if (!loop.has_timers.load(std::memory_order_relaxed)) return kForever;
    return look_at_timers(w, loop);
  }

  [[gnu::noinline]] TimePoint look_at_timers(WorkerId w, Loop& loop) noexcept {
    const std::lock_guard lock(loop.timer_mutex);
    loop.timers.prune();
    const TimePoint now = machine_.now();
    loop.timers.pop_all_due(now, [&](Job& job) {
      machine_.charge(w, Op::timer_fire, 1);
      machine_.made_ready(w, job, ReadyCause::timer);
      loop.ready.push_back(job);
    });
    if (loop.timers.empty()) loop.has_timers.store(false, std::memory_order_relaxed);
    return round_up(now, loop.timers.next_deadline());
  }

  /// epoll counts in milliseconds, so asyncio sleeps up to one too long.
  [[nodiscard]] TimePoint round_up(TimePoint now, TimePoint deadline) const noexcept {
    const Duration grain = options_.timer_granularity;
    if (deadline == kForever || deadline <= now || grain <= Duration(1)) return deadline;
    const Duration wait = deadline - now;
    return now + ((wait + grain - Duration(1)) / grain) * grain;
  }

  [[nodiscard, gnu::noinline]] WorkerId place(const Job& job) noexcept {
    const WorkerId n = machine_.workers();
    if (n == 1) return 0;
    return job.key != kNoKey ? job.key % n : place_by_rule();
  }

  [[gnu::noinline]] WorkerId place_by_rule() noexcept {
    const WorkerId n = machine_.workers();
    const std::uint64_t number = placer_.take_number();
    const bool by_depth =
        options_.placement == Placement::least_loaded || options_.placement == Placement::jsq;
    const WorkerId home = options_.placement == Placement::least_loaded
                              ? least_loaded(static_cast<WorkerId>(number % n))
                              : placer_.place(number, [this](WorkerId w) { return depth(w); });
    if (by_depth && home == machine_.current()) note_own(loops_[home]);
    return home;
  }

  /// Adds a job that the loop places on itself, which is in no inbox, to the loop's depth. The next
  /// iteration or step counts again.
  void note_own(Loop& loop) noexcept {
    loop.depth.store(loop.depth.load(std::memory_order_relaxed) + 1,
                     std::memory_order_relaxed);  // Hints.
  }

  /// Jobs that are ready on a loop. Out of date at once.
  [[nodiscard]] std::size_t depth(WorkerId w) const noexcept {
    return loops_[w].depth.load(std::memory_order_relaxed) +  // relaxed: hints.
           loops_[w].inbox_size.load(std::memory_order_relaxed);
  }

  /// By the ready jobs each loop had at its last iteration and what came since; ties go round.
  [[nodiscard]] WorkerId least_loaded(WorkerId first) const noexcept {
    WorkerId best = first;
    std::size_t fewest = SIZE_MAX;
    for (WorkerId i = 0; i < machine_.workers(); ++i) {
      const WorkerId w = (first + i) % machine_.workers();
      const std::size_t load = depth(w);
      if (load < fewest) {
        best = w;
        fewest = load;
      }
    }
    return best;
  }

  M& machine_;
  const Options options_;
  const bool watched_;  ///< Something is to be noted at each step.
  Placer<typename M::Atomics> placer_;
  FixedArray<Loop> loops_;
};

}  // namespace loopsteal
