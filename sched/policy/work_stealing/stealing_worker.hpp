// What a worker of the work-stealing policy has: its queue and slot, and what it remembers.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

#include "sched/atomics.hpp"
#include "sched/contract.hpp"
#include "sched/core/fetch.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/random.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/work_stealing/global_interval.hpp"
#include "sched/policy/work_stealing/lifo_slot.hpp"
#include "sched/policy/work_stealing/local_queue.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {

/// Whether a worker has something to do, and what it is doing if not.
enum class Idle : std::uint8_t {
  no,
  parked,
  awaiting,  ///< Asleep until jobs that it has stolen arrive; not among the sleepers of IdleSet.
  sweeping,  ///< Amid a search whose looks are paid for one by one: see Sweep.
};

/// A search under way, step by step: what the next step looks at has been paid for.
struct Sweep {
  WorkerId next = 0;           ///< Whom a thief that goes round looks at next.
  std::uint32_t left = 0;      ///< Attempts to come.
  std::uint32_t paid = 0;      ///< How many of them the next step makes.
  WorkerId found = kNoWorker;  ///< Had jobs when it was looked at; the next step takes them.
  TimePoint looked_at_own{};   ///< When the thief last looked into its own queue.

  [[nodiscard]] bool under_way() const noexcept { return paid != 0 || found != kNoWorker; }
};

template <Machine M>
struct alignas(std::max(2 * M::Atomics::kApartBytes, kCacheLineBytes)) StealingWorker {
  using Atomics = typename M::Atomics;

  StealingWorker(M& machine, const WorkStealingOptions& options, std::uint64_t seed, WorkerId self)
      : global_interval(options.global_queue_interval),
        random(FastRandom::for_worker(seed, self)),
        has_lifo_slot(options.lifo_slot != LifoSlot::off),
        budget_of_chain(options.budget),
        budget(options.budget),
        until_event(options.event_interval),
        until_global(global_interval.get()),
        lifo_slot(options.lifo_slot),
        queue(machine, options, FastRandom(own_stream(seed, self, kOrder).next_u64())),
        times(own_stream(seed, self, kTimes)) {}

  [[nodiscard]] bool has_jobs() const noexcept { return lifo_slot.occupied() || queue.has_jobs(); }

  /// The deferred ones not counted: they wait for a look at events.
  [[nodiscard]] std::size_t jobs() const noexcept {
    return queue.size() + (lifo_slot.occupied() ? 1 : 0);
  }

  /// It runs a job. Any thread; out of date at once.
  [[nodiscard]] bool runs() const noexcept {
    // relaxed: a hint. The owner alone writes it, and reads it as it is.
    return std::atomic_ref(const_cast<bool&>(in_chain)).load(std::memory_order_relaxed);
  }

  /// All that it has: those that wait and the one it runs. Any thread; out of date at once.
  [[nodiscard]] std::size_t load() const noexcept { return jobs() + (runs() ? 1 : 0); }

  /// Stolen jobs are on their way to it.
  [[nodiscard]] bool awaits_jobs() const noexcept {
    return queue.open() != nullptr && queue.open()->travelling() != 0;
  }

  /// Until when it may sleep, as far as it goes by itself.
  [[nodiscard]] TimePoint alarm() const noexcept {
    return queue.open() == nullptr ? next_attempt
                                   : std::min(next_attempt, queue.open()->next_job_at());
  }

  /// Its next step is near: up to the ends of the queue, if machines keep workers close together.
  void fetch() const noexcept { fetch_ahead(this, 3 * kCacheLineBytes); }

  /// A job that is not from the slot is about to run: a new chain. What follows it from the slot is
  /// part of it: the intervals count chains, as Tokio's ticks do.
  void begin_chain() noexcept {
    note_in_chain(true);
    slice_began = kForever;
    lifo_polls = 0;
    budget = budget_of_chain;
    ++jobs_in_batch;
  }

  /// What is left of the chain's time slice of `length`, which begins at the first call. 0: no end.
  [[nodiscard]] Duration slice_left(Duration length, const M& machine) noexcept {
    if (length == Duration::zero()) return Duration::max();
    const TimePoint now = machine.now();
    if (slice_began == kForever) slice_began = now;
    return std::max(length - (now - slice_began), Duration::zero());
  }

  void end_chain() noexcept {
    note_in_chain(false);
    lifo_enabled = has_lifo_slot;
  }

  /// Jobs run from here on teach the adaptive interval, up to the next end_batch().
  void begin_batch(const M& machine) noexcept {
    jobs_in_batch = 0;
    if (global_interval.adaptive()) batch_began = machine.now();
  }

  void end_batch(const M& machine) noexcept {
    if (!global_interval.adaptive() || jobs_in_batch == 0) return;
    global_interval.learn(machine.now() - batch_began, jobs_in_batch);
    jobs_in_batch = 0;
  }

  /// Between runs, with no worker awake: undoes whatever parking state the last run ended in.
  template <class IdleWorkers>
  void begin_run(WorkerId self, const M& machine, IdleWorkers& idle_workers) noexcept {
    if (idle == Idle::parked && !idle_workers.unpark_worker_by_id(self))
      searching = true;  // It had been woken.
    if (searching) static_cast<void>(idle_workers.transition_worker_from_searching());
    searching = holds_driver = has_deferred = false;
    awake();
    end_chain();
    begin_batch(machine);
  }

  /// It goes on, with jobs or in search of some.
  void awake() noexcept {
    idle = Idle::no;
    next_attempt = kForever;
  }

  /// Appends all jobs that it has. While no worker runs.
  void take_ready(JobQueue& left) noexcept {
    if (Job* const job = lifo_slot.take()) left.push_back(*job);
    while (Job* const job = queue.pop()) left.push_back(*job);
    if (queue.open() != nullptr) queue.open()->take_travelling(left);
    left.splice_back(deferred);
  }

  /// The deferred jobs in the order in which they come back.
  [[nodiscard]] Job* take_deferred(DeferredOrder order) noexcept {
    Job* first = nullptr;
    Job** end = &first;
    while (Job* const job = deferred.pop_front()) {
      if (order == DeferredOrder::back) {
        job->next = first;
        first = job;
      } else {
        job->next = nullptr;
        *end = job;
        end = &job->next;
      }
    }
    return first;
  }

  // What every step touches comes first, what only some knobs need last, so that each of ten
  // thousand workers takes few lines of memory: see fetch().
  // The owner's alone.
  GlobalInterval global_interval;
  FastRandom random;
  /// A job runs, or has just run: the LIFO slot may follow it. Others count by it.
  bool in_chain = false;
  const bool has_lifo_slot;
  bool lifo_enabled = has_lifo_slot;  ///< Off for the rest of a chain that used up its cap.
  bool searching = false;             ///< Counted as a searcher in the idle set.
  Idle idle = Idle::no;
  bool holds_driver = false;  ///< While parked.
  bool retrying = false;      ///< While idle: awake for the attempt that was due.
  bool has_deferred = false;  ///< Some job in this run.
  std::uint32_t lifo_polls = 0;
  const std::uint32_t budget_of_chain;
  std::uint32_t budget;  ///< Operations that the chain may still complete.
  std::uint32_t until_event;
  std::uint32_t until_global;
  std::uint32_t jobs_in_batch = 0;  ///< For an adaptive interval: chains run since batch_began.
  TimePoint batch_began{};
  TimePoint slice_began = kForever;   ///< Of the chain; see slice_left().
  TimePoint next_attempt = kForever;  ///< While idle.
  JobQueue deferred;
  // Thieves look at the slot when it is stealable.
  alignas(M::Atomics::kApartBytes) LifoSlotPlace<Atomics> lifo_slot;
  LocalQueue<M> queue;
  // The owner's alone, while it is idle.
  /// With park=off: when a search found nothing.
  alignas(M::Atomics::kApartBytes) TimePoint last_search = TimePoint::min();
  Sweep sweep;
  Stream times;  ///< Of waits for the next attempt, and of stolen jobs' travels.

 private:
  void note_in_chain(bool runs) noexcept {
    std::atomic_ref(in_chain).store(runs, std::memory_order_relaxed);  // relaxed: see runs().
  }

  // A worker's streams besides that of its victims, which has the worker's number for its index.
  static constexpr std::uint64_t kOrder = 1, kTimes = 2;
  static Stream own_stream(std::uint64_t seed, WorkerId self, std::uint64_t purpose) noexcept {
    return {seed, StreamRole::victim, (purpose << 32) | self};
  }
};

}  // namespace loopsteal
