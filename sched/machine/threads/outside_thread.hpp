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
  /// Waits for the coroutine that runs there. Those that still wait are not resumed.
  ~OutsideThread();
  OutsideThread(const OutsideThread&) = delete;
  OutsideThread& operator=(const OutsideThread&) = delete;

  /// Any thread. False: the caller runs on this thread and the deadline has passed; it goes on by
  /// itself. True: it will be resumed. Ends the program if the thread cannot be started.
  [[nodiscard]] bool resume_at(OutsideWait& wait) noexcept;

 private:
  void serve() noexcept;
  /// The wait that is due; null, and until when to sleep, if none is.
  [[nodiscard]] OutsideWait* take_due(TimePoint& next_deadline) noexcept;

  Parker parker_;
  std::mutex mutex_;  // Guards what follows.
  OutsideWait* first_ = nullptr;  ///< By deadline; the same deadlines in the order they came.
  bool ending_ = false;
  std::thread thread_;  ///< Started under the mutex, joined by the destructor.
};

}  // namespace loopsteal
