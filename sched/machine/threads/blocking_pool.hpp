// Threads that may block, so that workers need not.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "sched/core/coro/suspension.hpp"

namespace loopsteal {

/// A FIFO of calls and the threads that make them. A thread is started only if none is idle and the
/// limit is not reached (as in CPython's ThreadPoolExecutor and Tokio's blocking pool). It stays
/// until the pool is destroyed.
class BlockingPool {
 public:
  /// `finished` is called on a pool thread with the job of a completed call; it must not throw. It
  /// is not an error if a thread cannot be started while there is another one. Without any thread,
  /// the call gets its `error`, and submit() calls `finished`.
  BlockingPool(std::size_t threads_max, std::function<void(Job&)> finished);

  ~BlockingPool() { end(); }

  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Any thread. The caller owns the call until its job is ready.
  void submit(BlockingCall& call) noexcept;

  /// Makes the queued calls, waits for all calls in progress, and ends the threads. No call may be
  /// submitted afterwards. One thread at a time.
  void end() noexcept;

 private:
  void add_thread(BlockingCall& call) noexcept;
  void append(BlockingCall& call) noexcept;
  void serve();
  void make(BlockingCall& call) const;

  const std::size_t threads_max_;
  const std::function<void(Job&)> finished_;

  std::mutex mutex_;  // Guards the members below.
  std::condition_variable work_or_end_;
  BlockingCall* first_ = nullptr;
  BlockingCall* last_ = nullptr;  ///< Undefined while first_ is null.
  std::size_t queued_ = 0;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace loopsteal
