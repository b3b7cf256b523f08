// All workers of a oneTBB arena in one place, before a run begins.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "sched/onetbb/left_to_onetbb.hpp"

namespace loopsteal {

/// oneTBB creates threads when there is work, and may give fewer than were asked for without a
/// word. So each worker attends a muster: thread creation stays out of the measured time, and a
/// missing worker is found out.
///
/// A muster belongs to all who take part, since a worker may come when nobody waits for it any
/// more: the last of the workers that attend() and the one that calls dismiss() takes it down.
class Muster {
 public:
  /// Every one of `workers` calls to attend() and the call to dismiss() must come at last.
  [[nodiscard]] static Muster* call(std::size_t workers) { return new Muster(workers); }
  Muster(const Muster&) = delete;
  Muster& operator=(const Muster&) = delete;

  /// By each worker, once: until dismiss().
  void attend() {
    std::unique_lock lock(mutex_);
    if (--missing_ == 0) all_here_.notify_one();
    dismissed_.wait(lock, [this] { return over_; });
    let_go(lock);
  }

  /// Until all are here, or `patience` is over. Returns how many are missing.
  [[nodiscard]] std::size_t await_all(std::chrono::nanoseconds patience) {
    std::unique_lock lock(mutex_);
    all_here_.wait_for(lock, patience, [this] { return missing_ == 0; });
    return missing_;
  }

  /// Lets those go who are here, and those who come later. Once.
  void dismiss() {
    std::unique_lock lock(mutex_);
    over_ = true;
    dismissed_.notify_all();
    let_go(lock);
  }

 private:
  explicit Muster(std::size_t workers) : missing_(workers), shares_(workers + 1) {
    LeftToOneTbb::add(this);
  }
  ~Muster() { LeftToOneTbb::remove(this); }

  void let_go(std::unique_lock<std::mutex>& lock) noexcept {
    const bool last = --shares_ == 0;
    lock.unlock();
    if (last) delete this;
  }

  std::mutex mutex_;  // Guards what follows.
  std::condition_variable all_here_;
  std::condition_variable dismissed_;
  std::size_t missing_;
  std::size_t shares_;
  bool over_ = false;
};

}  // namespace loopsteal
