// What a worker of the work-stealing policy has: its queue and slot, and what it remembers.
#pragma once
#include <algorithm>
#include <cstdint>

#include "sched/atomics.hpp"
#include "sched/contract.hpp"
#include "sched/core/fetch.hpp"
#include "sched/core/random/random.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/parts/deferred_jobs.hpp"
#include "sched/policy/work_stealing/global_interval.hpp"
#include "sched/policy/work_stealing/lifo_slot.hpp"
#include "sched/policy/work_stealing/local_queue.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {

/// What a thief sees of another worker: the thieves' ends of its queue and slot, and nothing else.
template <Machine M>
struct VictimEnd {
  typename LocalQueue<M>::ThiefEnd queue;
  typename LifoSlotPlace<typename M::Atomics>::ThiefEnd lifo_slot;

  /// A thief that looks finds a job.
  [[nodiscard]] bool has_jobs() const noexcept { return lifo_slot.has_job() || queue.has_jobs(); }
};

template <Machine M>
struct alignas(std::max(2 * M::Atomics::kApartBytes, kCacheLineBytes)) StealingWorker {
  using Atomics = typename M::Atomics;

  StealingWorker(const WorkStealingOptions& options, std::uint64_t seed, WorkerId self)
      : global_interval(options.global_queue_interval),
        random(FastRandom::for_worker(seed, self)),
        has_lifo_slot(options.lifo_slot != LifoSlot::off),
        budget_of_chain(options.budget),
        budget(options.budget),
        until_event(options.event_interval),
        until_global(global_interval.get()),
        lifo_slot(options.lifo_slot),
        queue(options) {}

  [[nodiscard]] bool has_jobs() const noexcept { return lifo_slot.occupied() || queue.has_jobs(); }

  /// Any thread.
  [[nodiscard]] VictimEnd<M> as_victim() noexcept {
    return {queue.thief_end(), lifo_slot.thief_end()};
  }

  /// The deferred ones not counted: they wait for a look at events.
  [[nodiscard]] std::size_t jobs() const noexcept {
    return queue.size() + (lifo_slot.occupied() ? 1 : 0);
  }

  /// Its next step is near: up to the ends of the queue, if machines keep workers close together.
  void fetch() const noexcept { fetch_ahead(this, 3 * kCacheLineBytes); }

  /// A job that is not from the slot is about to run: a new chain. What follows it from the slot is
  /// part of it: the intervals count chains, as Tokio's ticks do.
  void begin_chain() noexcept {
    in_chain = true;
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
    in_chain = false;
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

  /// Between runs, with no worker awake: undoes the parking state in which the last run ended.
  template <class IdleWorkers>
  void begin_run(WorkerId self, const M& machine, IdleWorkers& idle_workers) noexcept {
    if (parked && !idle_workers.unpark_worker_by_id(self)) searching = true;  // It had been woken.
    if (searching) static_cast<void>(idle_workers.transition_worker_from_searching());
    parked = searching = holds_driver = has_deferred = false;
    end_chain();
    begin_batch(machine);
  }

  /// Appends all jobs that it has. While no worker runs.
  void take_ready(JobQueue& left) noexcept {
    if (Job* const job = lifo_slot.take()) left.push_back(*job);
    while (Job* const job = queue.pop()) left.push_back(*job);
    deferred.move_to(left);
  }

  // What every step touches comes first, so that each of ten thousand workers takes few lines of
  // memory: see fetch().
  // The owner's alone.
  GlobalInterval global_interval;
  FastRandom random;
  /// A job runs, or has just run: the LIFO slot may follow it.
  bool in_chain = false;
  const bool has_lifo_slot;
  bool lifo_enabled = has_lifo_slot;  ///< Off for the rest of a chain that used up its cap.
  bool searching = false;             ///< Counted as a searcher in the idle set.
  bool parked = false;                ///< Or about to park; notified, it is searching.
  bool holds_driver = false;          ///< While parked.
  bool has_deferred = false;          ///< Some job in this run.
  std::uint32_t lifo_polls = 0;
  const std::uint32_t budget_of_chain;
  std::uint32_t budget;  ///< Operations that the chain may still complete.
  std::uint32_t until_event;
  std::uint32_t until_global;
  std::uint32_t jobs_in_batch = 0;  ///< For an adaptive interval: chains run since batch_began.
  TimePoint batch_began{};
  TimePoint slice_began = kForever;  ///< Of the chain; see slice_left().
  DeferredJobs deferred;
  // Thieves look at the slot when it is stealable.
  alignas(M::Atomics::kApartBytes) LifoSlotPlace<Atomics> lifo_slot;
  LocalQueue<M> queue;
};

}  // namespace loopsteal
