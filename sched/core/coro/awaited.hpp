// An awaited coroutine: its frame until it has ended, then its value or error.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "sched/core/assert.hpp"
#include "sched/core/coro/promise.hpp"

namespace loopsteal {

namespace detail {

/// Room for a value or an error. A caller that asks for one of them knows that it is there.
template <class T>
class Outcome {
 public:
  template <class U>
  void put(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  void put_error(std::exception_ptr error) noexcept { error_ = std::move(error); }

  [[nodiscard]] T take() {
    LOOPSTEAL_ASSERT(value_.has_value(), "the coroutine has not ended");
    return *std::move(value_);
  }
  [[nodiscard]] std::exception_ptr take_error() noexcept { return std::exchange(error_, nullptr); }

 private:
  std::optional<T> value_;
  std::exception_ptr error_;
};

/// A value without a destructor shares its room with the error. A stored value has to be taken.
template <class T>
requires(std::is_trivially_destructible_v<T> || std::is_void_v<T>) class Outcome<T> {
 public:
  Outcome() noexcept {}
  ~Outcome() {}

  template <class U>
  void put(U&& value) {
    std::construct_at(&value_, std::forward<U>(value));
  }
  void put_error(std::exception_ptr error) noexcept {
    std::construct_at(&error_, std::move(error));
  }

  [[nodiscard]] T take() {
    if constexpr (!std::is_void_v<T>) return std::move(value_);
  }
  [[nodiscard]] std::exception_ptr take_error() noexcept {
    std::exception_ptr error = std::move(error_);
    std::destroy_at(&error_);
    return error;
  }

 private:
  struct Nothing {};
  union {
    std::conditional_t<std::is_void_v<T>, Nothing, T> value_;
    std::exception_ptr error_;
  };
};

}  // namespace detail

/// Owns a coroutine's frame until the coroutine ends, and records whether it threw.
class AwaitedFrame {
 public:
  explicit AwaitedFrame(PromiseBase& promise) noexcept
      : state_(reinterpret_cast<std::uintptr_t>(&promise)) {
    promise.awaited = this;
  }
  AwaitedFrame(const AwaitedFrame&) = delete;
  AwaitedFrame& operator=(const AwaitedFrame&) = delete;

  /// The promise; null if the frame is gone, which is possible only after the coroutine has ended.
  [[nodiscard]] PromiseBase* promise() const noexcept {
    return reinterpret_cast<PromiseBase*>(state_ & ~kFailed);
  }

  /// True if the coroutine has ended with an exception that has not been taken.
  [[nodiscard]] bool failed() const noexcept { return (state_ & kFailed) != 0; }

  /// Destroys the frame, which must exist.
  void free() noexcept {
    PromiseBase& gone = *promise();
    release();
    gone.job.coroutine.destroy();
  }

  /// The frame frees itself.
  void release() noexcept { state_ &= kFailed; }

 protected:
  static constexpr std::uintptr_t kFailed = 1;

  ~AwaitedFrame() = default;

  std::uintptr_t state_;  ///< The promise's address, and kFailed. 0: it returned a value.
};

/// An awaited coroutine that stores its value or error here, so that its frame need not outlive it.
/// The object is at the place of the await, does not move, and owns the frame. Like the coroutine,
/// it is used by one thread at a time: from the coroutine's start to its end, the thread that runs
/// it may write here.
template <class T>
class Awaited final : public AwaitedFrame {
 public:
  using AwaitedFrame::AwaitedFrame;
  ~Awaited() {
    if (state_ != 0) [[unlikely]]
      clean_up();
  }

  /// Moves the value out, or rethrows the coroutine's exception. Call once, after the coroutine's
  /// end.
  [[nodiscard]] T take() {
    if (state_ != 0) [[unlikely]]
      rethrow();
    return outcome_.take();
  }

  /// The coroutine's exception, if it has failed().
  [[nodiscard]] std::exception_ptr take_error() noexcept {
    state_ &= ~kFailed;
    return outcome_.take_error();
  }

  // Called by the coroutine.
  template <class U>
  void put(U&& value) {
    outcome_.put(std::forward<U>(value));
  }
  void fail(std::exception_ptr error) noexcept {
    state_ |= kFailed;
    outcome_.put_error(std::move(error));
  }

 private:
  [[gnu::noinline]] void rethrow() {
    if (failed()) std::rethrow_exception(take_error());
  }
  [[gnu::noinline]] void clean_up() noexcept {
    if (failed()) static_cast<void>(take_error());
    if (promise() != nullptr) free();
  }

  detail::Outcome<T> outcome_;
};

inline void PromiseBase::release_frame() const noexcept { awaited->release(); }

}  // namespace loopsteal
