// A coroutine that somebody waits for: its frame until it has ended, then what it gave.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "sched/core/assert.hpp"
#include "sched/core/promise.hpp"

namespace loopsteal {

namespace detail {

/// Room for a value or an error. Whoever asks for one of them knows that it is there.
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

/// A value that nobody has to destroy can share its room with the error. One that is there has to
/// be taken.
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

/// Who has to free the frame of a coroutine, and whether that has failed.
class AwaitedFrame {
 public:
  explicit AwaitedFrame(PromiseBase& promise) noexcept
      : state_(reinterpret_cast<std::uintptr_t>(&promise)) {
    promise.awaited = this;
  }
  AwaitedFrame(const AwaitedFrame&) = delete;
  AwaitedFrame& operator=(const AwaitedFrame&) = delete;

  /// Null if the frame has gone, which it has not before its coroutine has ended.
  [[nodiscard]] PromiseBase* promise() const noexcept {
    return reinterpret_cast<PromiseBase*>(state_ & ~kFailed);
  }

  /// Whether something has escaped the coroutine, which has ended, and nobody has taken it.
  [[nodiscard]] bool failed() const noexcept { return (state_ & kFailed) != 0; }

  /// Destroys the frame, which must be there.
  void free() noexcept {
    PromiseBase& gone = *promise();
    let_go();
    gone.job.coroutine.destroy();
  }

  /// The frame frees itself.
  void let_go() noexcept { state_ &= kFailed; }

 protected:
  static constexpr std::uintptr_t kFailed = 1;

  ~AwaitedFrame() = default;

  std::uintptr_t state_;  ///< The promise's address, and kFailed. 0: it has given a value.
};

/// A coroutine whose value or error comes here by itself, so that its frame need not outlive it.
/// Lives where it is awaited, stays there, and owns the frame. Like the coroutine itself it is used
/// by one thread at a time: from its start to its end whoever runs the coroutine may write here.
template <class T>
class Awaited final : public AwaitedFrame {
 public:
  using AwaitedFrame::AwaitedFrame;
  ~Awaited() {
    if (state_ != 0) [[unlikely]]
      clean_up();
  }

  /// The value, moved out; or rethrows what escaped the coroutine. Once, after its end.
  [[nodiscard]] T take() {
    if (state_ != 0) [[unlikely]]
      rethrow();
    return outcome_.take();
  }

  /// What escaped the coroutine, if it has failed().
  [[nodiscard]] std::exception_ptr take_error() noexcept {
    state_ &= ~kFailed;
    return outcome_.take_error();
  }

  // For the coroutine.
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

inline void PromiseBase::tell_that_the_frame_goes() const noexcept { awaited->let_go(); }

}  // namespace loopsteal
