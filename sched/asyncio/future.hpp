// Futures of a loop (CPython: Lib/asyncio/futures.py).
#pragma once
#include <concepts>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "sched/asyncio/errors.hpp"
#include "sched/asyncio/handle.hpp"
#include "sched/asyncio/loop.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/sync/cancel.hpp"

namespace loopsteal::asyncio {

/// asyncio's coroutine: it becomes a task by create_task(), or part of the one that awaits it.
template <class T = void>
using Coroutine = loopsteal::Task<T>;

namespace detail {

/// What a future does when it is done: makes one entry of its loop ready. Linked by the future.
class DoneCallback {
 public:
  DoneCallback() = default;
  DoneCallback(const DoneCallback&) = delete;
  DoneCallback& operator=(const DoneCallback&) = delete;

  /// The future is done. Called once; it may be gone afterwards.
  virtual void schedule(Loop& loop) noexcept = 0;
  /// The future is gone, or its loop: schedule() will not come.
  virtual void drop() noexcept = 0;

 protected:
  ~DoneCallback() = default;

 private:
  friend class FutureBase;
  DoneCallback* next_ = nullptr;
};

/// All of a future but its value.
class FutureBase : public boost::intrusive_ref_counter<FutureBase> {
 public:
  explicit FutureBase(Loop& loop) noexcept : loop_(loop) {}
  FutureBase(const FutureBase&) = delete;
  FutureBase& operator=(const FutureBase&) = delete;
  virtual ~FutureBase() { drop_callbacks(); }

  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    frame_pool::deallocate(memory, size);
  }

  [[nodiscard]] Loop& loop() const noexcept { return loop_; }
  [[nodiscard]] bool done() const noexcept { return state_ != State::pending; }
  [[nodiscard]] bool cancelled() const noexcept { return state_ == State::cancelled; }

  /// False: it is done.
  virtual bool cancel() noexcept {
    if (done()) return false;
    finish(State::cancelled);
    return true;
  }

  /// Before anybody but its owner gives a future its result: tasks give themselves theirs.
  virtual void check_settable() const {}

  void set_exception(std::exception_ptr error) {
    check_pending();
    error_ = std::move(error);
    finish(State::finished);
  }

  /// What it failed with; null if it did not. Throws Cancelled or InvalidStateError.
  [[nodiscard]] std::exception_ptr exception() const {
    check_done();
    return error_;
  }

  /// `callback` is scheduled when the future is done; at once if it is.
  void add(DoneCallback& callback) noexcept {
    if (done()) return callback.schedule(loop_);
    callback.next_ = nullptr;
    *end_ = &callback;
    end_ = &callback.next_;
  }

  /// False: it is not here, since it was scheduled.
  bool remove(DoneCallback& callback) noexcept {
    for (DoneCallback** link = &callbacks_; *link != nullptr; link = &(*link)->next_) {
      if (*link != &callback) continue;
      *link = callback.next_;
      if (end_ == &callback.next_) end_ = link;
      return true;
    }
    return false;
  }

 protected:
  enum class State : std::uint8_t { pending, cancelled, finished };

  void check_pending() const {
    if (done()) throw InvalidStateError("the future is done; it has one result");
  }
  void check_done() const {
    if (!done()) throw InvalidStateError("the future is not done; await it");
    if (cancelled()) throw Cancelled{};
  }
  void throw_if_failed() const {
    check_done();
    if (error_) std::rethrow_exception(error_);
  }

  /// Each callback becomes an entry of its own, in the order in which they came.
  void finish(State state) noexcept {
    state_ = state;
    DoneCallback* callback = std::exchange(callbacks_, nullptr);
    end_ = &callbacks_;
    while (callback != nullptr) std::exchange(callback, callback->next_)->schedule(loop_);
  }

  void drop_callbacks() noexcept {
    DoneCallback* callback = std::exchange(callbacks_, nullptr);
    end_ = &callbacks_;
    while (callback != nullptr) std::exchange(callback, callback->next_)->drop();
  }

  std::exception_ptr error_;

 private:
  Loop& loop_;
  State state_ = State::pending;
  DoneCallback* callbacks_ = nullptr;
  DoneCallback** end_ = &callbacks_;
};

struct Nothing {};

template <class T>
class FutureState : public FutureBase {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, Nothing, T>;
  using FutureBase::FutureBase;

  void set_value(Value value) {
    check_pending();
    value_.emplace(std::move(value));
    finish(State::finished);
  }

  /// What it was given. Throws what it failed with, Cancelled or InvalidStateError.
  T result() const {
    throw_if_failed();
    if constexpr (!std::is_void_v<T>) return *value_;
  }

 protected:
  std::optional<Value> value_;
};

template <class F>
class FunctionCallback final : public DoneCallback {
 public:
  explicit FunctionCallback(F function) : function_(std::move(function)) {}
  void schedule(Loop& loop) noexcept override {
    call_soon(loop, std::move(function_));
    delete this;
  }
  void drop() noexcept override { delete this; }

 private:
  F function_;
};

struct TaskIdentity;

/// `co_await future`: the step of a task ends here, unless the future is done.
template <class T>
class FutureAwaiter final : public CancellableWait, public DoneCallback {
 public:
  explicit FutureAwaiter(boost::intrusive_ptr<FutureState<T>> future) noexcept
      : future_(std::move(future)) {}
  ~FutureAwaiter() {
    if (waits_) future_->remove(*this);  // Its coroutine was abandoned.
  }

  [[nodiscard]] bool await_ready() const noexcept { return future_->done(); }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) {
    promise_ = &self.promise();
    if (refusal() != nullptr) return step_again();
    waits_ = true;
    future_->add(*this);
    TaskControl* const control = promise_->control;
    if (control != nullptr && !control->begin_wait(*this) && !hand_down(*control)) return false;
    future_->loop().leave();  // Last: this may be gone.
    return true;
  }

  T await_resume() {
    if (promise_ != nullptr) end_wait();
    if (!future_->done()) throw std::runtime_error(refusal());
    return future_->result();
  }

  /// Whoever cancels a task cancels what it awaits; an abort leaves that alone.
  bool try_cancel() noexcept override;

  void schedule(Loop& loop) noexcept override {
    waits_ = false;
    loop.schedule(promise_->job, ReadyCause::woken);
  }
  void drop() noexcept override { waits_ = false; }

 private:
  /// The task was cancelled before it came here (CPython: the end of Task.__step). False: it goes
  /// on at once, with Cancelled.
  bool hand_down(TaskControl& control) noexcept;

  /// Why this task cannot wait for this future; null if it can.
  [[nodiscard]] const char* refusal() const noexcept;

  /// As in CPython, a wait that is refused costs a step.
  bool step_again() noexcept {
    Loop& loop = *task_loop();
    loop.schedule(promise_->job, ReadyCause::yielded);
    loop.leave();  // Last: this may be gone.
    return true;
  }
  [[nodiscard]] Loop* task_loop() const noexcept;

  void end_wait() {
    if (suspended_) task_loop()->enter();
    TaskControl* const control = promise_->control;
    if (control != nullptr && (control->end_wait() || taken_back_)) throw Cancelled{};
  }

  const boost::intrusive_ptr<FutureState<T>> future_;
  PromiseBase* promise_ = nullptr;
  bool waits_ = false;       ///< Linked by the future.
  bool suspended_ = true;    ///< It was not, if an aborted task came here.
  bool taken_back_ = false;  ///< By an abort.
};

}  // namespace detail

/// A value that will be there (asyncio's Future). Copies are the same future. `co_await` from a
/// task of the loop gives the result, as often as asked for.
template <class T = void>
class Future {
 public:
  using State = detail::FutureState<T>;

  Future() = default;  ///< Of nothing: only to be assigned to.
  explicit Future(boost::intrusive_ptr<State> state) noexcept : state_(std::move(state)) {}

  [[nodiscard]] bool done() const noexcept { return state_->done(); }
  [[nodiscard]] bool cancelled() const noexcept { return state_->cancelled(); }

  /// False: it is done. Of a task this asks the task to end; see task.hpp.
  bool cancel() const noexcept { return state_->cancel(); }

  /// Throw InvalidStateError if it is done, and std::logic_error if it is a task.
  void set_result() const requires std::is_void_v<T> {
    state_->check_settable();
    state_->set_value({});
  }
  template <class U>
  requires std::constructible_from<T, U>
  void set_result(U&& value) const {
    state_->check_settable();
    state_->set_value(T(std::forward<U>(value)));
  }
  void set_exception(std::exception_ptr error) const {
    state_->check_settable();
    state_->set_exception(std::move(error));
  }

  /// Throw InvalidStateError before it is done, and Cancelled if it was cancelled.
  T result() const { return state_->result(); }
  [[nodiscard]] std::exception_ptr exception() const { return state_->exception(); }

  [[nodiscard]] auto operator co_await() const noexcept { return detail::FutureAwaiter<T>(state_); }

  [[nodiscard]] const boost::intrusive_ptr<State>& state() const noexcept { return state_; }
  friend bool operator==(const Future&, const Future&) = default;

 private:
  boost::intrusive_ptr<State> state_;
};

template <class T = void>
[[nodiscard]] Future<T> create_future(Loop& loop) {
  return Future<T>(new detail::FutureState<T>(loop));
}

/// `function` runs as an entry of its own once `future` is done. The callback is the future's; what
/// is returned names it for remove_done_callback().
template <class T, std::invocable F>
detail::DoneCallback* add_done_callback(const Future<T>& future, F function) {
  auto* const callback = new detail::FunctionCallback<F>(std::move(function));
  future.state()->add(*callback);
  return callback;
}

/// A callback that has not been scheduled yet never will be.
template <class T>
void remove_done_callback(const Future<T>& future, detail::DoneCallback* callback) noexcept {
  if (!future.done() && future.state()->remove(*callback)) callback->drop();
}

}  // namespace loopsteal::asyncio
