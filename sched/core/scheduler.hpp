// The pluggable interface: what a coroutine may ask of the world it runs in.
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

/// Thrown by Scheduler::run() when stop() ended the run before the root task did. asyncio says the
/// same with RuntimeError('Event loop stopped before Future completed.').
class StoppedError : public std::runtime_error {
 public:
  StoppedError() : std::runtime_error("the scheduler was stopped before its root task completed") {}
};

/// A workload is written once against this class and runs unchanged on real threads or virtual
/// CPUs, under any policy. Each verb of verbs.hpp suspends its coroutine and makes one of these
/// calls with the coroutine's own Job; the scheduler then owns that job until it runs it again.
///
/// Except for run() and run_until_stopped(), every member may be called from any thread, is quick,
/// and never throws. In virtual time one thread is all there is: every member but stop() belongs to
/// the thread that calls run().
///
/// Destruction ends what is left, in this order, on the destroying thread: the scheduler's other
/// threads end; callbacks that are ready (post(), TimedCallback) are freed and do not run, whether
/// a worker or another thread made them ready; root tasks that a stop() left are destroyed where
/// they wait. Only destructors run, no code of a callback or task. Every scheduler does the same.
class Scheduler {
 public:
  Scheduler() = default;
  /// Not while a run is under way: that ends the program with a sentence.
  virtual ~Scheduler() = default;

  /// Whether time passes by events rather than by a clock: then real computing takes none, and what
  /// it would take must be accounted() for (verbs.hpp).
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
  /// been done (real threads). This is the bool of await_suspend(), which returns it as it is.
  [[nodiscard]] virtual bool compute(Job& job, Work work) noexcept = 0;

  /// Runs `call` on a thread of the blocking pool, then makes its job ready. The worker goes on
  /// with other jobs.
  virtual void block(BlockingCall& call) noexcept = 0;

  /// Starts a request that completes at the timer's deadline and needs no CPU. Its completion comes
  /// the way I/O comes (a descriptor becomes ready), not the timers' way. Result as submit_at().
  [[nodiscard]] virtual bool start_io(Timer& request) noexcept = 0;
  virtual bool cancel_io(Timer& request) noexcept = 0;

  /// Makes the wait's job ready once its descriptor can be read or written. False: it could not be
  /// armed; `wait.error` has the errno, or 0 if it was abandoned() or is ready at once.
  [[nodiscard]] virtual bool watch(DescriptorWait& wait) noexcept = 0;
  virtual bool cancel(DescriptorWait& wait) noexcept = 0;

  /// Resumes the wait's coroutine at its deadline outside the workers, as a client's thread would
  /// run it: what it spawns is made ready from outside. Anything else that it awaits brings it back
  /// to the workers. One at a time runs there. False: the caller is outside and the time has come,
  /// so it just goes on.
  [[nodiscard]] virtual bool wait_outside(OutsideWait& wait) noexcept = 0;

  [[nodiscard]] virtual TimePoint now() const noexcept = 0;

  /// Runs `root` and all it spawned to the end, and says what happened. From outside the workers
  /// only, one at a time. Rethrows what escapes `root`; throws StoppedError if stop() came first: a
  /// later run goes on with the `root` kept here, and its errors go to the exception handler.
  /// Throws std::logic_error if a run is under way, std::invalid_argument for an empty `root`, and
  /// std::system_error if a thread cannot be started; then nothing of `root` has run.
  virtual Measurement run(Task<void> root) = 0;

  /// Runs what is queued until stop(): asyncio's run_forever(). A stop() that came before makes one
  /// iteration and returns.
  virtual Measurement run_until_stopped() = 0;

  /// Ends the current run, or the next one if none is under way. Event loops finish their
  /// iteration first, and what it made ready stays queued for the next run (asyncio's stop()).
  virtual void stop() noexcept = 0;

  /// Frees the callbacks that are ready and forgets the other ready jobs, whose owners destroy them
  /// without running them. While no run is under way; one that follows has none of these jobs. For
  /// owners of jobs that end before the scheduler, as it frees callbacks itself at its end.
  virtual void abandon_ready() noexcept {}

  /// What happens to an exception that escapes a callback (callback.hpp), since nobody joins it.
  /// The run goes on in any case, as asyncio's does. Default: one line on stderr. An exception from
  /// the handler itself is reported in the default way. Set while no run is under way.
  using ExceptionHandler = std::function<void(std::exception_ptr)>;
  virtual void set_exception_handler(ExceptionHandler handler) = 0;
  virtual void report_exception(std::exception_ptr error) noexcept = 0;

  /// For a job that has yielded: true if the calling worker had put it aside and it is the caller's
  /// again, as if it had not been made ready.
  [[nodiscard]] virtual bool take_back(Job&) noexcept { return false; }

  /// For a coroutine that is about to wait for tasks of its own, from await_suspend(): the job that
  /// the calling worker would run next, if that is a task whose end `joiner` is told. It is the
  /// caller's then, who has to call() it (transfer.hpp); it counts as run. Null: wait as usual.
  [[nodiscard]] virtual Job* take_child(const Completion&) noexcept { return nullptr; }

  /// The job that the calling worker runs has completed an operation that it might have waited for
  /// (on a channel, a lock, a timer, a task). Schedulers with a LIFO slot count these, so that jobs
  /// which keep waking each other let the others have a turn (Tokio's cooperative budget).
  virtual void spend_budget() noexcept {}
  /// False: the next operation should wait for the job's next turn, made ready as out_of_budget.
  [[nodiscard]] virtual bool has_budget() const noexcept { return true; }

  /// The iteration of its loop that the calling worker is in, from 1 on, over all runs; from
  /// outside the workers that of the first loop. 0 where a scheduler has none. An iteration that
  /// found nothing to run is not counted.
  [[nodiscard]] virtual std::uint64_t iteration() const noexcept { return 0; }

  /// Workers this scheduler has; 1 for an event loop.
  [[nodiscard]] virtual WorkerId workers() const noexcept = 0;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

 protected:
  explicit Scheduler(bool virtual_time) noexcept : virtual_time_(virtual_time) {}

 private:
  bool virtual_time_ = false;
};

}  // namespace loopsteal
