// Base of every coroutine of this library: its promise, and the actions at its beginning and end.
#pragma once
#include <coroutine>
#include <cstddef>
#include <exception>
#include <type_traits>

#include "sched/core/coro/frame_pool.hpp"
#include "sched/core/coro/transfer.hpp"
#include "sched/core/job.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/sync/cancel.hpp"

namespace loopsteal {

class PromiseBase;
class AwaitedFrame;

/// Receiver of the end of a spawned task.
class Completion {
 public:
  /// Called in the final suspension of the task, after the worker's last use of its frame: the
  /// completion may destroy the frame.
  virtual void complete(PromiseBase& task) noexcept = 0;

  /// The exception that escaped the task; complete() follows. Only for tasks whose end alone is
  /// awaited (PromiseBase::awaited is null).
  virtual void fail(std::exception_ptr) noexcept { std::terminate(); }

 protected:
  ~Completion() = default;
};

/// State of every coroutine of this library: its Job, its continuation, and its scheduler.
class PromiseBase {
 public:
  PromiseBase() noexcept {}  // NOLINT(cppcoreguidelines-pro-type-member-init): see `scheduler`.

  Job job;
  Job* continuation = nullptr;       ///< The coroutine that waits for its end, or null.
  Completion* completion = nullptr;  ///< Told at the end of a spawned task.
  Scheduler* scheduler;              ///< Set when it is awaited or spawned; not before.
  TaskControl* control = nullptr;    ///< Its task's, if the task can be cancelled.
  /// Destination of the value or the exception. Null: no value, and exceptions go to the
  /// completion.
  AwaitedFrame* awaited = nullptr;

  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    frame_pool::deallocate(frame, size);
  }

  /// Lazy start. A task that was cancelled before its first step never runs its body. An awaited
  /// child is not a separate task and begins in any case.
  struct InitialAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const;
  };
  [[nodiscard]] InitialAwaiter initial_suspend() const noexcept { return {}; }

  /// A called coroutine runs off its end, which frees the frame: destroying it from outside would
  /// mean entering it once more.
  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      PromiseBase& promise = self.promise();
      if (promise.completion == nullptr) {
        if (!completed_inline(promise.job)) [[unlikely]]
          transfer_to(*promise.continuation);
        promise.release_frame();
        return false;
      }
      // A task of a group that its joiner called.
      if (promise.continuation != nullptr && completed_inline(promise.job)) return false;
      promise.completion->complete(promise);  // The frame may be gone now.
      return true;
    }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }

  /// True for a callback that its scheduler has to free if it never runs: no coroutine waits for
  /// its end, and nothing else destroys its frame.
  [[nodiscard]] bool is_left_to_its_scheduler() const noexcept {
    return completion == nullptr && continuation == nullptr && awaited == nullptr;
  }

  /// For awaiters that do not publish their wait: throws Cancelled if a request is pending.
  void throw_if_cancelled() const {
    if (control != nullptr) [[unlikely]]
      throw_if_its_task_is_cancelled();
  }

  /// A child runs in its parent's task: the same scheduler, the same loop, cancelled with it.
  void inherit(const PromiseBase& parent) noexcept {
    scheduler = parent.scheduler;
    control = parent.control;
    job.home = parent.job.home;
    job.key = parent.job.key;
  }

 private:
  void release_frame() const noexcept;
  [[gnu::noinline]] void throw_if_its_task_is_cancelled() const {
    if (control->cancel_pending() && control->end_wait()) throw Cancelled{};
  }
};

/// Promise of `job`: every job is the first member of one.
inline PromiseBase& promise_of(Job& job) noexcept { return reinterpret_cast<PromiseBase&>(job); }
static_assert(std::is_standard_layout_v<PromiseBase> && offsetof(PromiseBase, job) == 0);

inline void PromiseBase::InitialAwaiter::await_resume() const {
  if (runs_inline()) return;
  const PromiseBase& promise = promise_of(resumed_job());
  if (promise.continuation == nullptr) promise.throw_if_cancelled();
}

}  // namespace loopsteal
