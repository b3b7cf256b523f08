// The scheduler interface: requests of a coroutine to the scheduler that runs it.
#pragma once
#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "sched/core/job.hpp"
#include "sched/core/suspension.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

class Completion;
struct Measurement;
template <class T>
class Task;

/// Thrown by Scheduler::run() if stop() ended the run before the root task ended. asyncio throws
/// RuntimeError('Event loop stopped before Future completed.').
class StoppedError : public std::runtime_error {
 public:
  StoppedError() : std::runtime_error("the scheduler was stopped before its root task completed") {}
};

/// A workload is written once for this class and runs unchanged on real threads or virtual CPUs,
/// under any policy. Each verb of verbs.hpp suspends its coroutine and makes one of these calls
/// with the coroutine's own Job; the scheduler then owns that job until it runs it again.
///
/// Except for run() and run_until_stopped(), every member may be called from any thread, is quick,
/// and never throws. Virtual time has only one thread: every member but stop() belongs to the
/// thread that calls run().
///
/// Destruction ends what is left, in this order, on the destroying thread. The scheduler's other
/// threads end. Ready callbacks (post(), TimedCallback) are freed and do not run, whether a worker
/// or another thread made them ready. Root tasks that a stop() left are destroyed where they wait.
/// Only destructors run, no code of a callback or task. Every scheduler does the same.
class Scheduler {
 public:
  Scheduler() = default;
  /// Do not call during a run: that aborts the program with a message.
  virtual ~Scheduler() = default;

  /// True if time passes by events rather than by a clock. Real computing then takes no time, so it
  /// must be accounted() for (verbs.hpp).
  [[nodiscard]] bool virtual_time() const noexcept { return virtual_time_; }

  /// Makes `job` ready.
  virtual void submit(Job& job, ReadyCause cause) noexcept = 0;

  /// Makes the timer's job ready at its deadline or when a worker next looks, never before. `timer`
  /// stays with the caller and must live until it has fired or was cancelled. False: the timer was
  /// abandoned() before it was armed, and the caller keeps its job.
  [[nodiscard]] virtual bool submit_at(Timer& timer) noexcept = 0;

  /// True: the timer will not fire, and its job belongs to the caller again. False: it has fired,
  /// or was never armed.
  virtual bool cancel(Timer& timer) noexcept = 0;

  /// Occupies the calling worker with `work`; it runs nothing else meanwhile. True: `job` stays
  /// suspended and the worker resumes it when the work is done (virtual CPUs). False: the work has
  /// been done (real threads). await_suspend() returns this bool as it is.
  [[nodiscard]] virtual bool compute(Job& job, Work work) noexcept = 0;

  /// Runs `call` on a thread of the blocking pool, then makes its job ready. The worker continues
  /// with other jobs.
  virtual void block(BlockingCall& call) noexcept = 0;

  /// Starts a request that completes at the timer's deadline and needs no CPU. Its completion
  /// arrives like I/O (a descriptor becomes ready), not like a timer. Result as submit_at().
  [[nodiscard]] virtual bool start_io(Timer& request) noexcept = 0;
  virtual bool cancel_io(Timer& request) noexcept = 0;

  /// Makes the wait's job ready once its descriptor can be read or written. False: it could not be
  /// armed; `wait.error` has the errno, or 0 if it was abandoned() or is ready at once.
  [[nodiscard]] virtual bool watch(DescriptorWait& wait) noexcept = 0;
  virtual bool cancel(DescriptorWait& wait) noexcept = 0;

  /// Resumes the wait's coroutine at its deadline outside the workers, as a client's thread would
  /// run it: tasks that it spawns are made ready from outside. Any other await brings it back to
  /// the workers. One coroutine at a time runs there. False: the caller is outside and the time has
  /// come, so it continues at once.
  [[nodiscard]] virtual bool wait_outside(OutsideWait& wait) noexcept = 0;

  [[nodiscard]] virtual TimePoint now() const noexcept = 0;

  /// Runs `root` and everything it spawned to the end, and returns the measurement. Call only from
  /// outside the workers, one run at a time. Rethrows the exception that escapes `root`. Throws
  /// StoppedError if stop() came first: a later run continues the `root` kept here, and its errors
  /// go to the exception handler. Throws std::logic_error if a run is under way,
  /// std::invalid_argument for an empty `root`, and std::system_error if a thread cannot be
  /// started; then nothing of `root` has run.
  virtual Measurement run(Task<void> root) = 0;

  /// Runs the queued jobs until stop(): asyncio's run_forever(). If stop() came before, makes one
  /// iteration and returns.
  virtual Measurement run_until_stopped() = 0;

  /// Ends the current run, or the next one if none is under way. Event loops finish their iteration
  /// first; jobs that it made ready stay queued for the next run (asyncio's stop()).
  virtual void stop() noexcept = 0;

  /// Frees the ready callbacks and forgets the other ready jobs, whose owners destroy them without
  /// running them. Call while no run is under way; a later run has none of these jobs. For owners
  /// of jobs that end before the scheduler, since the scheduler frees callbacks itself when it
  /// ends.
  virtual void abandon_ready() noexcept {}

  /// Handler for exceptions that escape a callback (callback.hpp), which is not joined. The run
  /// continues in any case, as in asyncio. Default: one line on stderr. An exception from the
  /// handler itself is reported in the default way. Set while no run is under way.
  using ExceptionHandler = std::function<void(std::exception_ptr)>;
  virtual void set_exception_handler(ExceptionHandler handler) = 0;
  virtual void report_exception(std::exception_ptr error) noexcept = 0;

  /// For a job that has yielded: true if the calling worker had put it aside and it belongs to the
  /// caller again, as if it had not been made ready.
  [[nodiscard]] virtual bool take_back(Job&) noexcept { return false; }

  /// For a coroutine that is about to wait for its own tasks; call from await_suspend(). Returns
  /// the job that the calling worker would run next, if it is a task that reports its end to
  /// `joiner`. The job then belongs to the caller, which has to call() it (transfer.hpp); it counts
  /// as run. Null: wait as usual.
  [[nodiscard]] virtual Job* take_child(const Completion&) noexcept { return nullptr; }

  /// The calling worker's job has completed an operation that it might have waited for (on a
  /// channel, a lock, a timer, a task). Schedulers with a LIFO slot count these, so that jobs which
  /// keep waking each other let other jobs run (Tokio's cooperative budget).
  virtual void spend_budget() noexcept {}
  /// False: the next operation should wait for the job's next turn, made ready as out_of_budget.
  [[nodiscard]] virtual bool has_budget() const noexcept { return true; }

  /// The current iteration of the calling worker's loop, from 1 on, over all runs; from outside the
  /// workers, that of the first loop. 0 if a scheduler has no iterations. An iteration that found
  /// nothing to run is not counted.
  [[nodiscard]] virtual std::uint64_t iteration() const noexcept { return 0; }

  /// Number of workers; 1 for an event loop.
  [[nodiscard]] virtual WorkerId workers() const noexcept = 0;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

 protected:
  explicit Scheduler(bool virtual_time) noexcept : virtual_time_(virtual_time) {}

 private:
  bool virtual_time_ = false;
};

}  // namespace loopsteal
