// The thread on which clients live: what is outside the workers goes on here.
#pragma once
#include <functional>
#include <mutex>
#include <thread>

#include "sched/core/suspension.hpp"
#include "sched/machine/threads/parker.hpp"

namespace loopsteal {

/// Resumes coroutines at their deadlines on a thread of its own, which is started when the first
/// one asks and sleeps while none waits.
class OutsideThread {
 public:
  OutsideThread() = default;
  ~OutsideThread() { end(); }
  OutsideThread(const OutsideThread&) = delete;
  OutsideThread& operator=(const OutsideThread&) = delete;

  /// Any thread. False: the caller runs on this thread and the deadline has passed; it goes on by
  /// itself, or the thread cannot be started and `wait.error` says why. True: it will be resumed.
  [[nodiscard]] bool resume_at(OutsideWait& wait) noexcept;

  /// Waits for the coroutine that runs there and ends the thread. Coroutines that still wait are
  /// not resumed. By one thread at a time.
  void end() noexcept;

 private:
  /// By resume_at(): whether there is a thread now.
  [[nodiscard]] bool start_thread(OutsideWait& wait) noexcept;
  void serve() noexcept;
  /// The wait that is due; null, and until when to sleep, if none is.
  [[nodiscard]] OutsideWait* take_due(TimePoint& next_deadline) noexcept;

  Parker parker_;
  std::mutex mutex_;              // Guards what follows.
  OutsideWait* first_ = nullptr;  ///< By deadline; the same deadlines in the order they came.
  bool ending_ = false;
  std::thread thread_;  ///< Started under the mutex, joined by the destructor.
};

}  // namespace loopsteal
