// The part of a scheduler for waits that no job of it ends: I/O, blocking calls, clients.
#pragma once
#include "sched/core/coro/suspension.hpp"

namespace loopsteal {

/// Every member may be called from any thread, is quick, and never throws. In virtual time there is
/// one thread, the one that calls Scheduler::run().
class Io {
 public:
  /// Starts a request that completes at the timer's deadline and needs no CPU. Its completion comes
  /// the way I/O comes (a descriptor becomes ready), not the timers' way. Result as
  /// Executor::submit_at().
  [[nodiscard]] virtual bool start_io(Timer& request) noexcept = 0;
  /// Result as Executor::cancel().
  virtual bool cancel_io(Timer& request) noexcept = 0;

  /// Makes the wait's job ready once its descriptor can be read or written. False: it could not be
  /// armed; `wait.error` has the errno, or 0 if it was abandoned() or is ready at once.
  [[nodiscard]] virtual bool watch(DescriptorWait& wait) noexcept = 0;
  /// Result as Executor::cancel().
  virtual bool unwatch(DescriptorWait& wait) noexcept = 0;

  /// Runs `call` on a thread of the blocking pool, then makes its job ready. The worker goes on
  /// with other jobs.
  virtual void block(BlockingCall& call) noexcept = 0;

  /// Resumes the wait's coroutine at its deadline outside the workers, as a client's thread would
  /// run it: jobs that it spawns are made ready from outside. Any other wait brings the coroutine
  /// back to the workers. One coroutine at a time runs outside. False: the caller is outside and
  /// the deadline has passed, so it continues.
  [[nodiscard]] virtual bool wait_outside(OutsideWait& wait) noexcept = 0;

 protected:
  ~Io() = default;
};

}  // namespace loopsteal
