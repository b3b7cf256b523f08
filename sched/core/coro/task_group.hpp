// A group of tasks that are joined together: structured concurrency with one counter.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

#include "sched/core/assert.hpp"
#include "sched/core/cache_line.hpp"
#include "sched/core/coro/task.hpp"

namespace loopsteal {

/// Spawns tasks and joins them all. It is a local of the coroutine that joins. Calls of spawn() and
/// join() must be ordered among themselves: made by that coroutine, by a function that it awaits
/// (such as one on the blocking pool), or by a chain of tasks of which each spawns the next. Every
/// spawned task must be joined before the group is destroyed.
///
/// join() rethrows the first exception that escapes a task, after all tasks have ended. Tasks of a
/// group cannot be cancelled one by one: use spawn() for that.
class TaskGroup final : Completion {
 public:
  explicit TaskGroup(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() {
    if (spawned_ != 0) [[unlikely]]
      detail::destroyed_too_early("a TaskGroup was destroyed before co_await join()");
  }

  /// Starts `task`. `key` names its shard: a sharding policy runs all tasks of one key on one loop.
  void spawn(Task<void> task, AffinityKey key = kNoKey) noexcept {
    PromiseBase& promise = task.promise();
    static_cast<void>(task.release());  // From now on complete() owns the frame.
    promise.completion = this;
    promise.scheduler = &scheduler_;
    promise.job.key = key;
    ++spawned_;
    scheduler_.submit(promise.job, ReadyCause::spawned);
  }

  class Awaiter {
   public:
    explicit Awaiter(TaskGroup& group) noexcept : group_(group) {}
    [[nodiscard]] bool await_ready() const noexcept { return group_.spawned_ == 0; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
      promise_ = &self.promise();
      group_.joiner_ = promise_;
      return group_.calls_children() || group_.waits();
    }
    void await_resume() const {
      if (promise_ != nullptr) promise_->throw_if_cancelled();
      if (!group_.error_) return;
      group_.failed_.store(false, std::memory_order_relaxed);  // All have ended; later ones see it.
      std::rethrow_exception(std::exchange(group_.error_, nullptr));
    }

   private:
    TaskGroup& group_;
    PromiseBase* promise_ = nullptr;
  };

  /// Waits until all tasks spawned so far have ended; then the group can be used again.
  [[nodiscard]] Awaiter join() noexcept { return Awaiter(*this); }

 private:
  /// Calls children, one after the other, as long as the joiner's worker would run one of them
  /// next. They run in its place, so they need not report their ends. True: one of them has
  /// suspended and continues the work; until it has ended, the joiner's part of the group belongs
  /// to it and may not be touched.
  [[nodiscard]] bool calls_children() noexcept {
    while (Job* const child = take_child()) {
      promise_of(*child).continuation = &joiner_->job;
      if (call(*child)) return true;
      --spawned_;
    }
    return false;
  }

  [[nodiscard]] Job* take_child() noexcept {
    if (spawned_ == 0 || joiner_->scheduler != &scheduler_) return nullptr;
    return scheduler_.take_child(*this);
  }

  /// True: some tasks have not ended; the last of them makes the joiner ready.
  bool waits() noexcept {
    const std::int64_t spawned = std::exchange(spawned_, 0);
    if (spawned == 0) return false;  // All ran in the joiner's place.
    // Children count down from 0, and this call adds the number spawned; the one that makes the sum
    // 0 is last. acq_rel: the last child sees joiner_, the joiner sees the children's writes.
    return balance_.fetch_add(spawned, std::memory_order_acq_rel) + spawned != 0;
  }

  // Out of line: as a part of each task's coroutine, it would make every resumption save the
  // registers that only its end needs.
  [[gnu::noinline]] void complete(PromiseBase& task) noexcept override {
    const bool was_called = task.continuation != nullptr;
    const bool has_returned = was_called && completed_inline(task.job);
    task.job.coroutine.destroy();
    if (has_returned) return;
    was_called ? go_on_for_joiner() : count_end();
  }

  /// A child that the joiner called, and that had suspended, has ended.
  void go_on_for_joiner() noexcept {
    --spawned_;
    if (!calls_children() && !waits()) transfer_to(joiner_->job);
  }

  void count_end() noexcept {
    if (balance_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    // Last, while the group still exists; afterwards the joiner destroys it. The joiner continues
    // on its own scheduler, which may differ from the group's.
    PromiseBase& joiner = *joiner_;
    joiner.scheduler->submit(joiner.job, ReadyCause::woken);
  }

  /// Keeps the first error.
  void fail(std::exception_ptr error) noexcept override {
    // relaxed: the order of failing tasks does not matter; the counter publishes error_.
    if (!failed_.exchange(true, std::memory_order_relaxed)) error_ = std::move(error);
  }

  // The members that children touch when they end come first, those of spawn() a line behind them,
  // so that neither waits for the other. Padding, as frames are not aligned to lines.
  std::atomic<std::int64_t> balance_{0};  ///< Joined minus ended.
  PromiseBase* joiner_ = nullptr;
  std::exception_ptr error_;
  std::atomic<bool> failed_{false};
  [[maybe_unused]] std::byte apart_[kCacheLineBytes / 2];
  Scheduler& scheduler_;
  std::int64_t spawned_ = 0;  ///< Since the last join(); used only by the owner.
};

}  // namespace loopsteal
