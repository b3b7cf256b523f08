// Task<T>: a coroutine that starts when it is awaited or spawned, and its promise.
#pragma once
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "sched/core/assert.hpp"
#include "sched/core/cancel.hpp"
#include "sched/core/frame_pool.hpp"
#include "sched/core/job.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/transfer.hpp"

namespace loopsteal {

class PromiseBase;

/// Who is told that a spawned task has ended. Called in the final suspension of the task, which is
/// the last use of its frame by the worker: the completion may destroy it.
class Completion {
 public:
  virtual void complete(PromiseBase& task) noexcept = 0;

 protected:
  ~Completion() = default;
};

/// What every coroutine of this library has: its Job, who goes on when it ends, and its scheduler.
class PromiseBase {
 public:
  PromiseBase() noexcept {}  // NOLINT(cppcoreguidelines-pro-type-member-init): see `scheduler`.

  Job job;
  std::coroutine_handle<> continuation;  ///< Who called it to wait for its end, or null.
  Completion* completion = nullptr;      ///< Told at the end of a spawned task.
  Scheduler* scheduler;                  ///< Set when it is awaited or spawned; not before.
  TaskControl* control = nullptr;        ///< Its task's, if the task can be cancelled.
  std::exception_ptr error;

  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    frame_pool::deallocate(frame, size);
  }

  /// Lazy start. A task that was cancelled before its first step never runs its body; an awaited
  /// child is no task of its own and begins in any case.
  struct InitialAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    void await_resume() const;
  };
  [[nodiscard]] InitialAwaiter initial_suspend() const noexcept { return {}; }

  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      PromiseBase& promise = self.promise();
      if (promise.completion == nullptr) {
        if (!returns(self)) [[unlikely]] transfer_to(promise.continuation);
        return true;
      }
      // A spawned task that its joiner called (TaskGroup) has nothing to give but an exception. It
      // falls off its end, which frees the frame: to be destroyed is to be called once more.
      if (promise.continuation && !promise.error && returns(self)) return false;
      promise.completion->complete(promise);  // The frame may be gone now.
      return true;
    }
    void await_resume() const noexcept {}
  };
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }

  void unhandled_exception() noexcept { error = std::current_exception(); }

  /// For awaiters that do not publish their wait: throws Cancelled if a request is pending.
  void throw_if_cancelled() const {
    if (control != nullptr) [[unlikely]] throw_if_its_task_is_cancelled();
  }

  /// A child runs in its parent's task: same scheduler, same loop, cancelled with it.
  void inherit(const PromiseBase& parent) noexcept {
    scheduler = parent.scheduler;
    control = parent.control;
    job.home = parent.job.home;
    job.key = parent.job.key;
  }

 private:
  [[gnu::noinline]] void throw_if_its_task_is_cancelled() const {
    if (control->cancel_pending() && control->end_wait()) throw Cancelled{};
  }
};

/// The promise that `job` lives in: every job does, as the first thing in it.
inline PromiseBase& promise_of(Job& job) noexcept { return reinterpret_cast<PromiseBase&>(job); }
static_assert(std::is_standard_layout_v<PromiseBase> && offsetof(PromiseBase, job) == 0);

inline void PromiseBase::InitialAwaiter::await_resume() const {
  const PromiseBase& promise = promise_of(resumed_job());
  if (!promise.continuation) promise.throw_if_cancelled();
}

namespace detail {

template <class T>
class Promise;

/// Owns a coroutine that has not been handed to anyone.
template <class T>
class UniqueFrame {
 public:
  using Handle = std::coroutine_handle<Promise<T>>;

  explicit UniqueFrame(Handle handle) noexcept : handle_(handle) {}
  UniqueFrame(UniqueFrame&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  UniqueFrame& operator=(UniqueFrame&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~UniqueFrame() { reset(); }

  [[nodiscard]] Handle get() const noexcept { return handle_; }
  [[nodiscard]] Handle release() noexcept { return std::exchange(handle_, {}); }

 private:
  void reset() noexcept {
    if (handle_) handle_.destroy();
  }
  Handle handle_;
};

}  // namespace detail

/// A lazily started coroutine that yields a T. `co_await` runs it to its end in the awaiting task
/// and gives its value, or rethrows what escaped it; spawn.hpp and task_group.hpp start it as a
/// task of its own. Move-only; destroying one that was never started frees its frame.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : frame_(handle) {}

  struct Awaiter {
    Handle child;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> parent) const noexcept {
      promise_type& promise = child.promise();
      promise.continuation = parent;
      promise.inherit(parent.promise());
      return call(promise.job);
    }
    T await_resume() const { return child.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{frame_.get()}; }

  [[nodiscard]] promise_type& promise() const noexcept { return frame_.get().promise(); }

  /// Hands the frame over to the caller, who destroys it after its end.
  [[nodiscard]] Handle release() noexcept { return frame_.release(); }

 private:
  detail::UniqueFrame<T> frame_;
};

namespace detail {

template <class T>
class Promise final : public PromiseBase {
 public:
  Task<T> get_return_object() noexcept {
    const auto handle = std::coroutine_handle<Promise>::from_promise(*this);
    job.coroutine = handle;
    return Task<T>(handle);
  }

  template <class U>
    requires std::constructible_from<T, U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }

  /// The value, moved out; or rethrows. Once, after the end.
  [[nodiscard]] T take() {
    if (error) std::rethrow_exception(std::exchange(error, nullptr));
    LOOPSTEAL_ASSERT(value_.has_value(), "the coroutine has not ended");
    return *std::move(value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class Promise<void> final : public PromiseBase {
 public:
  Task<void> get_return_object() noexcept {
    const auto handle = std::coroutine_handle<Promise>::from_promise(*this);
    job.coroutine = handle;
    return Task<void>(handle);
  }

  void return_void() const noexcept {}

  void take() {
    if (error) std::rethrow_exception(std::exchange(error, nullptr));
  }
};

}  // namespace detail
}  // namespace loopsteal
