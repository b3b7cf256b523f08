#include "sched/machine/threads/blocking_pool.hpp"

#include <exception>
#include <system_error>
#include <utility>

namespace loopsteal {

BlockingPool::BlockingPool(std::size_t threads_max, std::function<void(Job&)> finished)
    : threads_max_(threads_max), finished_(std::move(finished)) {}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_or_end_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void BlockingPool::submit(BlockingCall& call) noexcept {
  {
    const std::lock_guard lock(mutex_);
    call.next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = &call;
    last_ = &call;
    ++queued_;
    if (queued_ > idle_ && threads_.size() < threads_max_) {
      try {
        threads_.emplace_back([this] { serve(); });
      } catch (const std::system_error&) {
        // The threads there are make the call, later. Without any nobody does: this ends the
        // program, and the handler of std::terminate() finds the error that is being handled.
        if (threads_.empty()) std::terminate();
      }
    }
  }
  work_or_end_.notify_one();
}

void BlockingPool::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    work_or_end_.wait(lock, [this] { return first_ != nullptr || ending_; });
    --idle_;
    if (first_ == nullptr) return;
    BlockingCall& call = *std::exchange(first_, first_->next);
    --queued_;
    lock.unlock();
    make(call);
    lock.lock();
  }
}

void BlockingPool::make(BlockingCall& call) const {
  Job& job = *call.job;
  if (call.invoke != nullptr) {
    call.invoke(call);
  } else {
    std::this_thread::sleep_for(call.duration);
  }
  finished_(job);  // The call may be gone now.
}

}  // namespace loopsteal
