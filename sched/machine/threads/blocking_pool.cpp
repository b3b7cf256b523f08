#include "sched/machine/threads/blocking_pool.hpp"

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace loopsteal {

BlockingPool::BlockingPool(std::size_t threads_max, std::function<void(Job&)> finished)
    : threads_max_(threads_max), finished_(std::move(finished)) {}

void BlockingPool::end() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_or_end_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void BlockingPool::submit(BlockingCall& call) noexcept {
  bool refused = false;
  {
    const std::lock_guard lock(mutex_);
    if (queued_ + 1 > idle_ && threads_.size() < threads_max_) add_thread(call);
    refused = threads_.empty();
    if (!refused) append(call);
  }
  if (refused) return finished_(*call.job);
  work_or_end_.notify_one();
}

void BlockingPool::add_thread(BlockingCall& call) noexcept {
  try {
    threads_.emplace_back([this] { serve(); });
  } catch (const std::system_error& error) {
    if (threads_.empty()) call.error = error.code().value();
  } catch (const std::bad_alloc&) {
    if (threads_.empty()) call.error = ENOMEM;
  }
}

void BlockingPool::append(BlockingCall& call) noexcept {
  call.next = nullptr;
  (first_ == nullptr ? first_ : last_->next) = &call;
  last_ = &call;
  ++queued_;
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
