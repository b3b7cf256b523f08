// The pluggable interface. A workload is written once against it and runs unchanged on real threads
// or virtual CPUs, under any policy.
//
// It has three parts: Executor (executor.hpp) for jobs, timers and computing, Io (io.hpp) for
// waits that end outside the workers, and, here, running and stopping.
#pragma once
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "sched/core/executor.hpp"
#include "sched/core/io.hpp"

namespace loopsteal {

struct Measurement;
template <class T>
class Task;

/// Thrown by Scheduler::run() when stop() ended the run before the root task did. asyncio says the
/// same with RuntimeError('Event loop stopped before Future completed.').
class StoppedError : public std::runtime_error {
 public:
  StoppedError() : std::runtime_error("the scheduler was stopped before its root task completed") {}
};

/// Destruction ends what is left, in this order, on the destroying thread: the scheduler's other
/// threads end; callbacks that are ready (post(), TimedCallback) are freed and do not run, whether
/// a worker or another thread made them ready; root tasks that a stop() left are destroyed where
/// they wait. Only destructors run, no code of a callback or task. Every scheduler does the same.
class Scheduler : public Executor, public Io {
 public:
  /// Not while a run is under way: that ends the process with a sentence and status 1.
  virtual ~Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// As in the spec that made it. Any thread.
  [[nodiscard]] std::string_view name() const noexcept { return name_; }

  /// Runs `root` and all it spawned to the end, and returns what was measured. From outside the
  /// workers only, one run at a time. Rethrows what escapes `root`; throws StoppedError if stop()
  /// came first: a later run goes on with the `root` kept here, and its errors go to the exception
  /// handler. Throws std::logic_error if a run is under way, std::invalid_argument for an empty
  /// `root`, and std::system_error if a thread cannot be started; then nothing of `root` has run.
  virtual Measurement run(Task<void> root) = 0;

  /// Runs what is queued until stop(): asyncio's run_forever(). A stop() that came before makes one
  /// iteration and returns. Called and failing as run().
  virtual Measurement run_until_stopped() = 0;

  /// Ends the current run, or the next one if none is under way. Event loops finish their iteration
  /// first, and jobs that it made ready stay queued for the next run (asyncio's stop()). Any
  /// thread, in virtual time, too.
  virtual void stop() noexcept = 0;

  /// Frees the callbacks that are ready and forgets the other ready jobs, whose owners destroy them
  /// without running them. While no run is under way; the next run has none of these jobs. For
  /// owners of jobs that end before the scheduler; the scheduler's destructor calls it, too.
  virtual void abandon_ready() noexcept {}

  /// Receives an exception that escapes a callback (callback.hpp), since no task joins it. The run
  /// goes on in any case, as asyncio's does.
  using ExceptionHandler = std::function<void(std::exception_ptr)>;
  /// Default: one line on stderr. Set while no run is under way.
  void set_exception_handler(ExceptionHandler handler) { exception_handler_ = std::move(handler); }
  /// Gives `error` to the handler, or prints it on stderr if there is none or it throws. Any
  /// thread.
  void report_exception(std::exception_ptr error) noexcept;

 protected:
  explicit Scheduler(std::string name, bool virtual_time = false)
      : Executor(virtual_time), name_(std::move(name)) {}

 private:
  std::string name_;
  ExceptionHandler exception_handler_;
};

}  // namespace loopsteal
