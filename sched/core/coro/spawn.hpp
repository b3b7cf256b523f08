// Starts tasks one by one: spawn() with a handle that joins and cancels, and Fork, the lean form
// for divide and conquer.
#pragma once
#include <atomic>
#include <exception>
#include <utility>

#include "sched/core/assert.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/coro/verbs.hpp"

namespace loopsteal {

namespace detail {

/// Rendezvous of a task that ends and the coroutine that joins it: one word.
///
/// States: 0 (running, no joiner), a promise (running, its coroutine waits), kDone. The task leaves
/// with an exchange, the joiner arrives with a compare-exchange; the second of them sees the first.
/// acq_rel on both: the joiner sees the task's writes, and the task sees the joiner's promise.
class JoinWord {
 public:
  [[nodiscard]] bool done() const noexcept {
    return word_.load(std::memory_order_acquire) == kDone;  // Pairs with announce().
  }

  /// True: `joiner` waits. False: the task has ended.
  [[nodiscard]] bool wait(PromiseBase& joiner) noexcept {
    std::uintptr_t expected = 0;
    const bool waits =
        word_.compare_exchange_strong(expected, reinterpret_cast<std::uintptr_t>(&joiner),
                                      std::memory_order_acq_rel, std::memory_order_acquire);
    LOOPSTEAL_CHECK(waits || expected == kDone, "a task is joined by one task at a time");
    return waits;
  }

  /// The task has become a part of the joiner, so no other thread knows this word. relaxed: a move
  /// of the joiner to another thread publishes its writes.
  void mark_done() noexcept { word_.store(kDone, std::memory_order_relaxed); }

  /// The task has ended. Afterwards the joiner may destroy this word and the task's frame. The
  /// joiner continues on its own scheduler, which may differ from the task's.
  void announce() noexcept {
    const std::uintptr_t word = word_.exchange(kDone, std::memory_order_acq_rel);
    if (word == 0) return;
    auto& joiner = *reinterpret_cast<PromiseBase*>(word);
    joiner.scheduler->submit(joiner.job, ReadyCause::woken);
  }

 private:
  static constexpr std::uintptr_t kDone = 1;
  std::atomic<std::uintptr_t> word_{0};
};

/// Allocation of spawn() in addition to the task's frame: also from the frame pool.
template <class T>
class SpawnedTask final : public Completion {
 public:
  SpawnedTask(Scheduler& scheduler, Task<T> task, AffinityKey key)
      : child_(task.release().promise()) {
    PromiseBase& promise = *child_.promise();
    promise.completion = this;
    promise.scheduler = &scheduler;
    promise.control = &control;
    promise.job.key = key;
  }

  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    frame_pool::deallocate(memory, size);
  }

  void start() noexcept {
    PromiseBase& promise = *child_.promise();
    promise.scheduler->submit(promise.job, ReadyCause::spawned);
  }

  void complete(PromiseBase&) noexcept override {
    control.finish();
    word.announce();  // Last: this may be destroyed afterwards.
  }

  [[nodiscard]] T take() { return child_.take(); }

  TaskControl control;
  JoinWord word;

 private:
  Awaited<T> child_;
};

template <class T>
class JoinAwaiter final : public CancellableWait {
 public:
  explicit JoinAwaiter(SpawnedTask<T>& task) noexcept : task_(task) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    TaskControl* const control = promise_->control;
    if (control != nullptr && !control->begin_wait(*this)) hand_down(*control);
    return task_.word.wait(*promise_);
  }

  T await_resume() {
    promise_->scheduler->spend_budget();
    TaskControl* const control = promise_->control;
    if (control != nullptr && control->end_wait()) throw Cancelled{};
    return task_.take();
  }

  /// As in asyncio: cancelling a task that awaits another one cancels the other one.
  bool try_cancel() noexcept override { return task_.control.cancel(); }

 private:
  /// The joiner was cancelled before it came here. asyncio cancels the task that is about to be
  /// awaited, so the task has ended in any case when the joiner continues.
  void hand_down(TaskControl& control) const noexcept {
    if (control.take_request() && !task_.control.cancel()) control.put_back_request();
  }

  SpawnedTask<T>& task_;
  PromiseBase* promise_ = nullptr;
};

}  // namespace detail

/// A task that spawn() has started. Move-only. The task must have ended before its handle is
/// destroyed: join it (`co_await handle.join()`) on every path.
template <class T = void>
class [[nodiscard]] JoinHandle {
 public:
  JoinHandle(JoinHandle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  JoinHandle& operator=(JoinHandle&& other) noexcept {
    if (this != &other) {
      reset();
      task_ = std::exchange(other.task_, nullptr);
    }
    return *this;
  }
  ~JoinHandle() { reset(); }

  /// Waits for the end of the task. Returns its value, once, or rethrows its exception. One joiner
  /// at a time. Cancelling the joiner cancels the task.
  [[nodiscard]] auto join() const noexcept { return detail::JoinAwaiter<T>(*task_); }

  /// Asks the task to end, like asyncio's Task.cancel(): see cancel.hpp. False if it has ended. Any
  /// thread.
  bool cancel() const noexcept { return task_->control.cancel(); }

  /// asyncio's Task.uncancel() and cancelling().
  std::uint32_t uncancel() const noexcept { return task_->control.uncancel(); }
  [[nodiscard]] std::uint32_t cancelling() const noexcept { return task_->control.cancelling(); }

  /// True if the task has ended. Any thread.
  [[nodiscard]] bool done() const noexcept { return task_->word.done(); }

 private:
  template <class U>
  friend JoinHandle<U> spawn(Scheduler& scheduler, Task<U> task, AffinityKey key);
  explicit JoinHandle(detail::SpawnedTask<T>* task) noexcept : task_(task) {}

  void reset() noexcept {
    if (task_ == nullptr) return;
    if (!task_->word.done()) [[unlikely]]
      detail::destroyed_too_early("a JoinHandle was destroyed before its task ended");
    delete task_;
  }

  detail::SpawnedTask<T>* task_;
};

/// Starts `task` as a separate task on `scheduler`. Any thread. `key` names its shard: a sharding
/// policy runs all tasks of one key on one loop.
template <class T>
JoinHandle<T> spawn(Scheduler& scheduler, Task<T> task, AffinityKey key = kNoKey);

template <class T>
JoinHandle<T> spawn(Scheduler& scheduler, Task<T> task, AffinityKey key) {
  auto* const spawned = new detail::SpawnedTask<T>(scheduler, std::move(task), key);
  JoinHandle<T> handle(spawned);
  spawned->start();
  return handle;
}

/// Divide and conquer: starts a task that the same coroutine joins. Allocates only the task's
/// frame. A Fork is a local of the forking coroutine and cannot be cancelled.
///
///   Fork<int> left(scheduler, half(scheduler, a));
///   const int right = co_await half(scheduler, b);
///   const int sum = co_await left.join();  // On every path.
template <class T = void>
class [[nodiscard]] Fork final : Completion {
 public:
  Fork(Scheduler& scheduler, Task<T> task) noexcept : child_(task.release().promise()) {
    PromiseBase& promise = *child_.promise();
    promise.completion = this;
    promise.scheduler = &scheduler;
    scheduler.submit(promise.job, ReadyCause::spawned);
  }
  Fork(const Fork&) = delete;
  Fork& operator=(const Fork&) = delete;
  ~Fork() {
    if (!word_.done()) [[unlikely]]
      detail::destroyed_too_early("a Fork was destroyed before its task ended");
  }

  class Awaiter {
   public:
    explicit Awaiter(Fork& fork) noexcept : fork_(fork) {}
    [[nodiscard]] bool await_ready() const noexcept { return fork_.word_.done(); }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
      PromiseBase& joiner = self.promise();
      if (Job* const task = joiner.scheduler->take_child(fork_)) return fork_.call(*task, joiner);
      return fork_.word_.wait(joiner);
    }
    T await_resume() const { return fork_.child_.take(); }

   private:
    Fork& fork_;
  };

  /// Waits for the task. Returns its value, once, or rethrows its exception.
  [[nodiscard]] Awaiter join() noexcept { return Awaiter(*this); }

 private:
  void complete(PromiseBase&) noexcept override { word_.announce(); }

  /// The worker would run the task next, so it may run as if it were awaited: it need not report
  /// its end, and no coroutine has to be woken.
  [[nodiscard]] bool call(Job& task, PromiseBase& joiner) noexcept {
    PromiseBase& promise = promise_of(task);
    promise.continuation = &joiner.job;
    promise.completion = nullptr;
    word_.mark_done();
    return loopsteal::call(task);
  }

  Awaited<T> child_;
  detail::JoinWord word_;
};

}  // namespace loopsteal
