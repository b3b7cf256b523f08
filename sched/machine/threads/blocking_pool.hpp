// Threads that may block, so that workers need not.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "sched/core/suspension.hpp"

namespace loopsteal {

/// A FIFO of calls and the threads that make them. A thread is started only if none is idle and
/// there are fewer than the most (CPython's ThreadPoolExecutor, Tokio's blocking pool); it stays
/// until the pool is destroyed.
class BlockingPool {
 public:
  /// `finished` is called on a pool thread with the job of a call that has been made; it must not
  /// throw. A thread that cannot be started is no error while there is another one. Without any,
  /// the call gets its `error`, and `finished` is called by submit().
  BlockingPool(std::size_t threads_max, std::function<void(Job&)> finished);

  ~BlockingPool() { end(); }

  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Any thread. The call stays the caller's until its job is ready.
  void submit(BlockingCall& call) noexcept;

  /// Makes the calls that are queued, waits for all that are under way, and ends the threads. No
  /// call may be submitted afterwards. By one thread at a time.
  void end() noexcept;

 private:
  void add_thread(BlockingCall& call) noexcept;
  void append(BlockingCall& call) noexcept;
  void serve();
  void make(BlockingCall& call) const;

  const std::size_t threads_max_;
  const std::function<void(Job&)> finished_;

  std::mutex mutex_;  // Guards what follows.
  std::condition_variable work_or_end_;
  BlockingCall* first_ = nullptr;
  BlockingCall* last_ = nullptr;  ///< Meaningful while first_ is not null.
  std::size_t queued_ = 0;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace loopsteal
