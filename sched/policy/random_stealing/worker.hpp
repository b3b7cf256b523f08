// What a worker of random stealing has: its queue, and what it remembers of its searches.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

#include "sched/atomics.hpp"
#include "sched/contract.hpp"
#include "sched/core/fetch.hpp"
#include "sched/core/random/random.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/parts/deferred_jobs.hpp"
#include "sched/policy/random_stealing/open_queue.hpp"
#include "sched/policy/random_stealing/options.hpp"

namespace loopsteal {

/// Whether a worker has something to do, and what it is doing if not.
enum class Idle : std::uint8_t {
  no,
  parked,
  awaiting,  ///< Asleep until jobs that it has stolen arrive; not among the sleepers of IdleSet.
  sweeping,  ///< In the middle of a search that pays for each look before it: see Sweep.
};

/// State of a search that goes step by step. Each step makes the looks that were paid for before
/// it.
struct Sweep {
  WorkerId next = 0;           ///< The worker that a thief which goes round looks at next.
  std::uint32_t left = 0;      ///< Attempts to come.
  std::uint32_t paid = 0;      ///< How many of them the next step makes.
  WorkerId found = kNoWorker;  ///< Had jobs when it was looked at; the next step takes them.
  TimePoint looked_at_own{};   ///< When the thief last looked into its own queue.

  [[nodiscard]] bool under_way() const noexcept { return paid != 0 || found != kNoWorker; }
};

/// Members are the worker's alone unless they say otherwise.
template <Machine M>
struct alignas(std::max(2 * M::Atomics::kApartBytes, kCacheLineBytes)) RandomStealingWorker {
  RandomStealingWorker(M& machine, const RandomStealingOptions& options, std::uint64_t seed,
                       WorkerId self)
      : random(FastRandom::for_worker(seed, self)),
        until_event(options.event_interval),
        queue(machine, options.local_order, FastRandom(own_stream(seed, self, kOrder).next_u64())),
        times(own_stream(seed, self, kTimes)) {}

  /// Its next job; null: none is here. Charges `self`, the worker's number.
  [[nodiscard]] Job* pop(M& machine, WorkerId self) noexcept {
    Job* const job = queue.pop();
    if (job != nullptr) machine.charge(self, Op::pop_local, 1);
    return job;
  }

  /// It runs a job. Any thread; out of date at once.
  [[nodiscard]] bool runs() const noexcept {
    // relaxed: a hint. The owner alone writes it, and reads it as it is.
    return std::atomic_ref(const_cast<bool&>(runs_job)).load(std::memory_order_relaxed);
  }
  void note_run(bool runs) noexcept {
    std::atomic_ref(runs_job).store(runs, std::memory_order_relaxed);  // relaxed: see runs().
  }

  /// Its jobs: those that wait and the one it runs. Any thread; out of date at once.
  [[nodiscard]] std::size_t load() const noexcept { return queue.size() + (runs() ? 1 : 0); }

  /// Stolen jobs are on their way to it. Any thread.
  [[nodiscard]] bool awaits_jobs() const noexcept { return queue.travelling() != 0; }

  /// The latest time at which it has to wake up by itself.
  [[nodiscard]] TimePoint alarm() const noexcept {
    return std::min(next_attempt, queue.next_job_at());
  }

  /// Its next step is near: up to the ends of the queue, if machines keep workers close together.
  void fetch() const noexcept { fetch_ahead(this, 3 * kCacheLineBytes); }

  /// Between runs, with no worker awake: undoes the parking state in which the last run ended.
  template <class IdleWorkers>
  void begin_run(WorkerId self, IdleWorkers& idle_workers) noexcept {
    if (idle == Idle::parked && !idle_workers.unpark_worker_by_id(self))
      searching = true;  // It had been woken.
    if (searching) static_cast<void>(idle_workers.transition_worker_from_searching());
    searching = holds_driver = has_deferred = false;
    awake();
    note_run(false);
  }

  /// It goes on, with jobs or in search of some.
  void awake() noexcept {
    idle = Idle::no;
    next_attempt = kForever;
  }

  /// Appends all jobs that it has. While no worker runs.
  void take_ready(JobQueue& left) noexcept {
    while (Job* const job = queue.pop()) left.push_back(*job);
    queue.take_travelling(left);
    deferred.move_to(left);
  }

  // What every step touches comes first, so that each of ten thousand workers takes few lines of
  // memory: see fetch().
  FastRandom random;
  bool runs_job = false;   ///< It runs a job, or has just run one. Others read it by runs().
  bool searching = false;  ///< Counted as a searcher in the idle set.
  Idle idle = Idle::no;
  bool holds_driver = false;  ///< While parked.
  bool retrying = false;      ///< While idle: awake for the attempt that was due.
  bool has_deferred = false;  ///< A job has been deferred in this run.
  std::uint32_t until_event;
  TimePoint next_attempt = kForever;  ///< While idle.
  DeferredJobs deferred;
  // Other threads push and steal.
  alignas(M::Atomics::kApartBytes) OpenQueue<M> queue;
  // The owner's alone, while it is idle.
  /// With park=off: when a search found nothing.
  alignas(M::Atomics::kApartBytes) TimePoint last_search = TimePoint::min();
  Sweep sweep;
  Stream times;  ///< Of waits for the next attempt, and of stolen jobs' travels.

 private:
  // A worker's streams besides that of its victims, which has the worker's number for its index.
  static constexpr std::uint64_t kOrder = 1, kTimes = 2;
  static Stream own_stream(std::uint64_t seed, WorkerId self, std::uint64_t purpose) noexcept {
    return {seed, StreamRole::victim, (purpose << 32) | self};
  }
};

}  // namespace loopsteal
