// Thread of the clients: coroutines outside the workers run here.
#pragma once
#include <functional>
#include <mutex>
#include <thread>

#include "sched/core/coro/suspension.hpp"
#include "sched/machine/threads/parker.hpp"

namespace loopsteal {

/// Resumes coroutines at their deadlines on a separate thread. The thread starts with the first
/// request and sleeps while no coroutine waits.
class OutsideThread {
 public:
  OutsideThread() = default;
  ~OutsideThread() { end(); }
  OutsideThread(const OutsideThread&) = delete;
  OutsideThread& operator=(const OutsideThread&) = delete;

  /// Any thread. True: the coroutine will be resumed. False: the caller runs on this thread, the
  /// deadline has passed, and it continues at once; or the thread cannot be started and
  /// `wait.error` has the errno.
  [[nodiscard]] bool resume_at(OutsideWait& wait) noexcept;

  /// Waits for the coroutine that runs there and ends the thread. Waiting coroutines are not
  /// resumed. One thread at a time.
  void end() noexcept;

 private:
  /// Called by resume_at(): true if there is a thread now.
  [[nodiscard]] bool start_thread(OutsideWait& wait) noexcept;
  void serve() noexcept;
  /// The wait that is due; null if none is, with the time until which to sleep.
  [[nodiscard]] OutsideWait* take_due(TimePoint& next_deadline) noexcept;

  Parker parker_;
  std::mutex mutex_;              // Guards the members below.
  OutsideWait* first_ = nullptr;  ///< By deadline; equal deadlines in the order they came.
  bool ending_ = false;
  std::thread thread_;  ///< Started under the mutex, joined by the destructor.
};

}  // namespace loopsteal
