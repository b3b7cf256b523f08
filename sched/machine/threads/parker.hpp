// Place where a worker's thread sleeps until it is unparked.
#pragma once
#include <atomic>
#include <cstdint>

#include "sched/core/time.hpp"

namespace loopsteal {

class Reactor;

/// Sleep of one worker: a token and a futex. unpark() leaves a token; park() takes it, or sleeps
/// until there is one. So an unpark() before the park is not lost, and several count as one.
///
/// Not std::atomic::wait(): it has no deadline, and its implementation has lost wake-ups (GCC bug
/// 106772).
class Parker {
 public:
  /// Sleeps until unpark() or `deadline`. Called only by the worker.
  void park(TimePoint deadline) noexcept;

  /// Sleeps in `reactor`, where finished I/O wakes the worker as well. Called only by the worker.
  void park_in(Reactor& reactor, TimePoint deadline) noexcept;

  /// Waits for a token until `deadline`, awake, and takes it: for a worker that may not have to
  /// sleep. True: there was one or, with `reactor`, I/O has finished. Called only by the worker.
  bool watch(TimePoint deadline, Reactor* reactor) noexcept;

  /// Wakes the worker from its current or next park. Any thread.
  void unpark() noexcept;

  /// Removes a leftover token. Call while the worker does not run. acquire: pairs with unpark(), so
  /// that the next thread that runs sees the jobs that were made ready.
  void reset() noexcept { state_.exchange(kEmpty, std::memory_order_acquire); }

 private:
  static constexpr std::uint32_t kEmpty = 0, kNotified = 1, kParked = 2, kInReactor = 3;

  std::atomic<std::uint32_t> state_{kEmpty};
  Reactor* reactor_ = nullptr;  ///< Written by the worker before it sets kInReactor.
};

}  // namespace loopsteal
