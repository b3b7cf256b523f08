// Callbacks of a loop and the handles that cancel them (CPython: Lib/asyncio/events.py, Handle and
// TimerHandle; base_events.py, call_soon, call_later, call_at).
#pragma once
#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "sched/asyncio/loop.hpp"
#include "sched/core/coro/callback.hpp"

namespace loopsteal::asyncio {

namespace detail {

class HandleState;
using HandlePointer = boost::intrusive_ptr<HandleState>;

/// A callback and where it stands. Its turn is a coroutine's, since that is what schedulers queue.
class HandleState : public Pending, public boost::intrusive_ref_counter<HandleState> {
 public:
  explicit HandleState(Loop& loop) noexcept : loop_(loop) {}

  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    frame_pool::deallocate(memory, size);
  }

  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

  void schedule() {
    Job& job = make_job();
    loop_.schedule(job, ReadyCause::spawned);
  }
  void schedule_at(TimePoint when) {
    timer_.job = &make_job();
    timer_.deadline = when;
    timed_ = true;
    loop_.schedule_at(timer_);
  }

  void cancel() noexcept {
    if (cancelled_) return;
    cancelled_ = true;
    // What is ready already keeps its place in the queue, and is passed over there.
    if (!timed_ || !loop_.unschedule(timer_)) return;
    loop_.remove(*this);
    timed_ = false;
    drop();
    std::exchange(frame_, {}).destroy();
  }

 protected:
  virtual void call() = 0;
  /// Lets go of the function, which will not be called any more.
  virtual void drop() noexcept = 0;

 private:
  /// The callback's turn: an entry from its beginning to its end.
  struct Turn {
    void operator()() const {
      Loop& loop = handle->loop_;
      loop.enter();
      handle->take_turn();
      loop.leave();
    }
    HandlePointer handle;
  };

  Job& make_job() {
    loopsteal::detail::Callback::promise_type& promise =
        loopsteal::detail::callback(Turn{this}).handle.promise();
    promise.scheduler = &loop_.scheduler();
    promise.continuation = &promise.job;  // Not the scheduler's to free: see abandon().
    frame_ = promise.job.coroutine;
    loop_.add(*this);
    return promise.job;
  }

  void take_turn() noexcept {
    loop_.remove(*this);
    frame_ = {};
    timed_ = false;
    if (!cancelled_) {
      try {
        call();
      } catch (...) {
        loop_.scheduler().report_exception(std::current_exception());
      }
    }
    drop();
  }

  void cancel_callback() noexcept override {
    const HandlePointer kept(this);  // Its frame may be the last to know it.
    cancel();
  }
  void abandon() noexcept override {
    const HandlePointer kept(this);
    if (timed_) static_cast<void>(loop_.unschedule(timer_));
    drop();
    std::exchange(frame_, {}).destroy();
  }

  Loop& loop_;
  std::coroutine_handle<> frame_;  ///< Of its turn, until that comes.
  Timer timer_;
  bool timed_ = false;  ///< It may still wait for its time.
  bool cancelled_ = false;
};

template <class F>
class FunctionHandle final : public HandleState {
 public:
  FunctionHandle(Loop& loop, F function) : HandleState(loop), function_(std::move(function)) {}

 private:
  void call() override { (*function_)(); }
  void drop() noexcept override { function_.reset(); }

  std::optional<F> function_;
};

}  // namespace detail

/// asyncio's Handle and TimerHandle: a callback that may be cancelled until it has run. Copies are
/// the same callback; dropping them all does not cancel it.
class Handle {
 public:
  Handle() = default;  ///< Of no callback: there is nothing to cancel.
  explicit Handle(detail::HandlePointer state) noexcept : state_(std::move(state)) {}

  void cancel() noexcept {
    if (state_ != nullptr) state_->cancel();
  }
  [[nodiscard]] bool cancelled() const noexcept { return state_ != nullptr && state_->cancelled(); }

 private:
  detail::HandlePointer state_;
};

/// Runs `function` once, behind what is ready now. What escapes it goes to the scheduler's
/// exception handler, and the loop goes on.
template <std::invocable F>
Handle call_soon(Loop& loop, F function) {
  detail::HandlePointer state(new detail::FunctionHandle<F>(loop, std::move(function)));
  state->schedule();
  return Handle(std::move(state));
}

/// Runs `function` at `when`, or with one in the past in the next iteration: behind what is ready
/// then, and among equal times as CPython's heapq has it.
template <std::invocable F>
Handle call_at(Loop& loop, TimePoint when, F function) {
  detail::HandlePointer state(new detail::FunctionHandle<F>(loop, std::move(function)));
  state->schedule_at(when);
  return Handle(std::move(state));
}

/// call_at(), from now on. A negative delay is a time in the past.
template <std::invocable F>
Handle call_later(Loop& loop, Duration delay, F function) {
  return call_at(loop, later(loop.time(), delay), std::move(function));
}

}  // namespace loopsteal::asyncio
