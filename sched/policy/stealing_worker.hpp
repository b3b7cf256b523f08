// What a worker of the work-stealing policy has: its queue and slot, and what it remembers.
#pragma once
#include <cstdint>

#include "sched/core/job_queue.hpp"
#include "sched/core/random.hpp"
#include "sched/core/time.hpp"
#include "sched/policy/global_interval.hpp"
#include "sched/policy/lifo_slot.hpp"
#include "sched/policy/local_queue.hpp"
#include "sched/policy/work_stealing_options.hpp"

namespace loopsteal {

template <class Atomics>
struct alignas(128) StealingWorker {
  StealingWorker(const WorkStealingOptions& options, FastRandom random_numbers)
      : queue(options),
        lifo_slot(options.lifo_slot),
        global_interval(options.global_queue_interval),
        random(random_numbers),
        until_event(options.event_interval),
        until_global(global_interval.get()) {}

  [[nodiscard]] bool has_jobs() const noexcept { return lifo_slot.occupied() || queue.has_jobs(); }

  /// The deferred ones not counted: they wait for a look at events.
  [[nodiscard]] std::size_t jobs() const noexcept {
    return queue.size() + (lifo_slot.occupied() ? 1 : 0);
  }

  /// A job that is not from the slot is about to run: a new chain. What follows it from the slot is
  /// part of it: the intervals count chains, as Tokio's ticks do.
  void begin_chain() noexcept {
    in_chain = true;
    lifo_polls = 0;
    ++jobs_in_batch;
  }

  void end_chain() noexcept {
    in_chain = false;
    lifo_enabled = true;
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

  LocalQueue<Atomics> queue;
  // Thieves look at the slot when it is stealable.
  alignas(64) LifoSlotPlace<Atomics> lifo_slot;
  // The owner's alone from here on.
  bool in_chain = false;      ///< A job has just run: the LIFO slot may follow it.
  bool lifo_enabled = true;   ///< Off for the rest of a chain that used up its cap.
  bool searching = false;     ///< Counted as a searcher in the idle set.
  bool parked = false;
  bool holds_driver = false;  ///< While parked.
  std::uint32_t lifo_polls = 0;
  std::uint32_t budget = 0;
  GlobalInterval global_interval;
  FastRandom random;
  std::uint32_t until_event;
  std::uint32_t until_global;
  std::uint32_t jobs_in_batch = 0;  ///< For an adaptive interval: chains run since batch_began.
  TimePoint batch_began{};
  JobQueue deferred;
};

}  // namespace loopsteal
