// Task<T>: a coroutine that starts when it is awaited or spawned.
#pragma once
#include <concepts>
#include <coroutine>
#include <utility>

#include "sched/core/coro/awaited.hpp"
#include "sched/core/coro/promise.hpp"
#include "sched/core/coro/transfer.hpp"

namespace loopsteal {

namespace detail {

template <class T>
class Promise;

/// Owns a coroutine that has not been handed over.
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
/// and returns its value, or rethrows its exception; spawn.hpp and task_group.hpp start it as a
/// separate task. Move-only. If it was never started, its destructor frees its frame.
///
/// g++ 12 miscompiles a co_await in an arm of a conditional expression, and one whose operand is
/// such an expression: it runs both arms, or copies what must not be copied. Write `if` and `else`.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : frame_(handle) {}

  class Awaiter {
   public:
    explicit Awaiter(promise_type& child) noexcept : child_(child) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> parent) noexcept {
      PromiseBase& promise = *child_.promise();
      promise.continuation = &parent.promise().job;
      promise.inherit(parent.promise());
      return call(promise.job);
    }
    T await_resume() { return child_.take(); }

   private:
    Awaited<T> child_;
  };
  Awaiter operator co_await() && noexcept {
    LOOPSTEAL_ASSERT(!empty(), "an empty task (one that was moved from) was awaited");
    return Awaiter(release().promise());
  }

  /// True if it owns no coroutine, as after a move. It can then only be destroyed or assigned to.
  [[nodiscard]] bool empty() const noexcept { return frame_.get() == nullptr; }

  [[nodiscard]] promise_type& promise() const noexcept {
    LOOPSTEAL_ASSERT(!empty(), "an empty task (one that was moved from) was started");
    return frame_.get().promise();
  }

  /// Hands the frame over to the caller, which destroys it after its end (see Awaited).
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
  void return_value(U&& value) { place().put(std::forward<U>(value)); }
  void unhandled_exception() noexcept { place().fail(std::current_exception()); }

 private:
  [[nodiscard]] Awaited<T>& place() const noexcept { return static_cast<Awaited<T>&>(*awaited); }
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
  void unhandled_exception() noexcept {
    if (awaited != nullptr) {
      static_cast<Awaited<void>&>(*awaited).fail(std::current_exception());
    } else {
      completion->fail(std::current_exception());
    }
  }
};

}  // namespace detail
}  // namespace loopsteal
