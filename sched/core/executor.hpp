// The part of a scheduler that runs jobs: ready jobs, timers, computing and the time.
#pragma once
#include <cstdint>

#include "sched/core/coro/suspension.hpp"
#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

class Completion;

/// Runs jobs on workers. Each verb of verbs.hpp suspends its coroutine and makes one call of this
/// class or of Io with the coroutine's own Job; the scheduler owns that job until it runs again.
///
/// Every member may be called from any thread, is quick, and never throws. In virtual time there is
/// one thread, the one that calls Scheduler::run().
class Executor {
 public:
  /// True if time passes by events instead of a clock. Real computing then takes no time; a
  /// workload charges for it with accounted() (verbs.hpp).
  [[nodiscard]] bool virtual_time() const noexcept { return virtual_time_; }

  /// Makes `job` ready.
  virtual void submit(Job& job, ReadyCause cause) noexcept = 0;

  /// Makes the timer's job ready at its deadline, or as soon after as a worker looks; never before.
  /// `timer` stays with the caller and must live until it has fired or was cancelled. False: the
  /// timer was abandoned() before it was armed, and the caller keeps its job.
  [[nodiscard]] virtual bool submit_at(Timer& timer) noexcept = 0;

  /// True: the timer will not fire, and its job is the caller's again. False: it has fired, or was
  /// never armed.
  virtual bool cancel(Timer& timer) noexcept = 0;

  /// Occupies the calling worker with `work`; it runs nothing else meanwhile. True: `job` stays
  /// suspended and the worker resumes it when the work is done (virtual CPUs). False: the work has
  /// been done (real threads). The value is that of await_suspend().
  [[nodiscard]] virtual bool compute(Job& job, Work work) noexcept = 0;

  [[nodiscard]] virtual TimePoint now() const noexcept = 0;

  /// Number of workers; 1 for an event loop.
  [[nodiscard]] virtual WorkerId workers() const noexcept = 0;

  // ---- With defaults: a scheduler that lacks the feature leaves them as they are ----------------

  /// For a job that has yielded: true if the calling worker had put it aside and it is the caller's
  /// again, as if it had not been made ready.
  [[nodiscard]] virtual bool take_back(Job&) noexcept { return false; }

  /// For a coroutine that is about to wait for tasks of its own, from await_suspend(): the job that
  /// the calling worker would run next, if that is a task whose end is reported to `joiner`. The
  /// caller then owns the job and must call() it (transfer.hpp); it counts as run. Null: wait as
  /// usual.
  [[nodiscard]] virtual Job* take_child(const Completion& /*joiner*/) noexcept { return nullptr; }

  /// The job that the calling worker runs has completed an operation that it might have waited for
  /// (on a channel, a lock, a timer, a task). Schedulers with a LIFO slot count these operations,
  /// so that jobs which keep waking each other let other jobs run (Tokio's cooperative budget).
  virtual void spend_budget() noexcept {}
  /// False: the next operation should wait for the job's next turn, made ready as out_of_budget.
  [[nodiscard]] virtual bool has_budget() const noexcept { return true; }

  /// Number of the calling worker's current loop iteration, from 1, over all runs; outside the
  /// workers that of the first loop. 0 for a scheduler without iterations. An iteration that found
  /// nothing to run is not counted.
  [[nodiscard]] virtual std::uint64_t iteration() const noexcept { return 0; }

 protected:
  explicit Executor(bool virtual_time) noexcept : virtual_time_(virtual_time) {}
  ~Executor() = default;

 private:
  const bool virtual_time_;
};

}  // namespace loopsteal
