// Start barrier of a oneTBB arena: all workers are there before a run begins.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "sched/onetbb/left_to_onetbb.hpp"

namespace loopsteal {

/// oneTBB creates threads when there is work, and may silently create fewer than requested. So each
/// worker attends the barrier: thread creation stays out of the measured time, and a missing worker
/// is noticed.
///
/// All participants own the barrier together, since a worker may come when no thread waits for it
/// any more. The last of the workers that attend() and the thread that calls dismiss() destroys it.
class StartBarrier {
 public:
  /// All `workers` calls to attend() and the call to dismiss() must happen eventually.
  [[nodiscard]] static StartBarrier* call(std::size_t workers) { return new StartBarrier(workers); }
  StartBarrier(const StartBarrier&) = delete;
  StartBarrier& operator=(const StartBarrier&) = delete;

  /// Called once by each worker; returns after dismiss().
  void attend() {
    std::unique_lock lock(mutex_);
    if (--missing_ == 0) all_here_.notify_one();
    dismissed_.wait(lock, [this] { return over_; });
    release(lock);
  }

  /// Waits until all are here, or `patience` is over. Returns the number of missing workers.
  [[nodiscard]] std::size_t await_all(std::chrono::nanoseconds patience) {
    std::unique_lock lock(mutex_);
    all_here_.wait_for(lock, patience, [this] { return missing_ == 0; });
    return missing_;
  }

  /// Releases the workers that are here, and those that come later. Call once.
  void dismiss() {
    std::unique_lock lock(mutex_);
    over_ = true;
    dismissed_.notify_all();
    release(lock);
  }

 private:
  explicit StartBarrier(std::size_t workers) : missing_(workers), shares_(workers + 1) {
    LeftToOneTbb::add(this);
  }
  ~StartBarrier() { LeftToOneTbb::remove(this); }

  void release(std::unique_lock<std::mutex>& lock) noexcept {
    const bool last = --shares_ == 0;
    lock.unlock();
    if (last) delete this;
  }

  std::mutex mutex_;  // Guards the members below.
  std::condition_variable all_here_;
  std::condition_variable dismissed_;
  std::size_t missing_;
  std::size_t shares_;
  bool over_ = false;
};

}  // namespace loopsteal
