// Lets the threads of a run begin together.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace loopsteal {

/// Threads wait() until another thread opens the gate or calls the run off.
class StartGate {
 public:
  explicit StartGate(std::size_t threads) noexcept : missing_(threads) {}

  /// Called by each thread. False: the run is called off.
  bool wait() {
    std::unique_lock lock(mutex_);
    if (--missing_ == 0) all_here_.notify_one();
    decided_.wait(lock, [this] { return state_ != State::closed; });
    return state_ == State::open;
  }

  /// Called by the thread that opens the gate: returns when every thread waits.
  void await_all() {
    std::unique_lock lock(mutex_);
    all_here_.wait(lock, [this] { return missing_ == 0; });
  }

  void open() { decide(State::open); }
  void call_off() { decide(State::called_off); }

 private:
  enum class State { closed, open, called_off };

  void decide(State state) {
    {
      const std::lock_guard lock(mutex_);
      state_ = state;
    }
    decided_.notify_all();
  }

  std::mutex mutex_;  // Guards the members below.
  std::condition_variable all_here_;
  std::condition_variable decided_;
  std::size_t missing_;
  State state_ = State::closed;
};

}  // namespace loopsteal
