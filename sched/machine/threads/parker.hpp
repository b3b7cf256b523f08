// Where a worker's thread sleeps until it is unparked.
#pragma once
#include <atomic>
#include <cstdint>

#include "sched/core/time.hpp"

namespace loopsteal {

class Reactor;

/// One worker's sleep: a token and a futex. unpark() leaves a token; park() takes it, or sleeps
/// until it is left. So an unpark() that comes before the park is not lost, and several count as
/// one.
///
/// Not std::atomic::wait(): it has no deadline, and its implementation has lost wake-ups (GCC bug
/// 106772).
class Parker {
 public:
  /// Sleeps until unpark() or `deadline`. By the worker alone.
  void park(TimePoint deadline) noexcept;

  /// The same in `reactor`, where finished I/O wakes it as well. By the worker alone.
  void park_in(Reactor& reactor, TimePoint deadline) noexcept;

  /// Looks for a token until `deadline`, awake, and takes it: for a worker that may not have to
  /// sleep. True: there was one or, with `reactor`, I/O has finished. By the worker alone.
  bool watch(TimePoint deadline, Reactor* reactor) noexcept;

  /// Wakes the worker from its current or next park. Any thread.
  void unpark() noexcept;

  /// Takes back a token that is left. While the worker does not run. acquire: pairs with unpark(),
  /// so that whoever runs next sees what was made ready.
  void reset() noexcept { state_.exchange(kEmpty, std::memory_order_acquire); }

 private:
  static constexpr std::uint32_t kEmpty = 0, kNotified = 1, kParked = 2, kInReactor = 3;

  std::atomic<std::uint32_t> state_{kEmpty};
  Reactor* reactor_ = nullptr;  ///< Written by the worker before it says kInReactor.
};

}  // namespace loopsteal
