// Tasks of a loop: coroutines that run beside each other, each of them a future (CPython:
// Lib/asyncio/tasks.py, Task).
//
// Cancellation is that of core/sync/cancel.hpp, which follows Task.cancel(): the request goes to
// the future that the task waits for, and stands until the task's next step if there is none.
#pragma once
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <utility>

#include "sched/asyncio/future.hpp"

namespace loopsteal::asyncio {

namespace detail {

/// What is known of a task from within: its coroutines find it through their promises.
struct TaskIdentity : TaskControl {
  explicit TaskIdentity(FutureBase& owner) noexcept : future(owner) {}

  /// The request to end is Tokio's, see Task::abort(). If the task has yielded and waits until the
  /// others have had their turn, it does not wait for that any longer.
  bool abort() noexcept {
    aborted = true;
    if (!cancel()) return false;
    Scheduler& scheduler = future.loop().scheduler();
    if (yielded != nullptr && scheduler.take_back(yielded->job))
      scheduler.submit(yielded->job, ReadyCause::woken);
    return true;
  }

  FutureBase& future;
  bool aborted = false;
  PromiseBase* yielded = nullptr;  ///< Its coroutine that has yielded, until it goes on.
};

[[nodiscard]] inline TaskIdentity* task_of(const PromiseBase& promise) noexcept {
  return static_cast<TaskIdentity*>(promise.control);
}

template <class T>
class TaskState final : public FutureState<T>, private Completion, private Pending {
 public:
  TaskState(Loop& loop, Coroutine<T> body)
      : FutureState<T>(loop), body_(wrapped(std::move(body)).release().promise()) {
    PromiseBase& promise = *body_.promise();
    promise.completion = this;
    promise.scheduler = &loop.scheduler();
    promise.control = &identity;
    intrusive_ptr_add_ref(this);  // Until it has ended.
    loop.add(*this);
    loop.schedule(promise.job, ReadyCause::spawned);
  }

  bool cancel() noexcept override { return identity.cancel(); }

  void check_settable() const override {
    throw std::logic_error("a task ends by what its coroutine gives; it cannot be told a result");
  }

  TaskIdentity identity{*this};

 private:
  /// On several threads the first step has to enter the loop like any other.
  Coroutine<T> wrapped(Coroutine<T> body) {
    return this->loop().shared() ? entering(*this, std::move(body)) : std::move(body);
  }
  static Coroutine<T> entering(TaskState& self, Coroutine<T> body) {
    self.loop().enter();
    self.entered_ = true;
    if constexpr (std::is_void_v<T>) {
      co_await std::move(body);
    } else {
      T value = co_await std::move(body);
      co_return value;
    }
  }

  void complete(PromiseBase&) noexcept override {
    Loop& loop = this->loop();
    if (loop.shared() && !entered_) loop.enter();  // Cancelled before its first step.
    loop.remove(*this);
    const bool cancelled_at_its_end = identity.cancel_pending() && !identity.aborted;
    identity.finish();
    if (body_.failed()) {
      end_in(body_.take_error());
    } else if (cancelled_at_its_end) {
      this->finish(FutureState<T>::State::cancelled);
    } else {
      if constexpr (std::is_void_v<T>) {
        this->set_value({});
      } else {
        this->set_value(body_.take());
      }
    }
    body_.free();
    loop.leave();
    intrusive_ptr_release(this);  // Last of all.
  }

  void end_in(std::exception_ptr error) noexcept {
    try {
      std::rethrow_exception(error);
    } catch (const Cancelled&) {
      this->finish(FutureState<T>::State::cancelled);
    } catch (...) {
      this->set_exception(std::move(error));
    }
  }

  void abandon() noexcept override {
    this->drop_callbacks();
    body_.free();
    intrusive_ptr_release(this);
  }

  Awaited<T> body_;
  bool entered_ = false;
};

/// Ends a step and makes the next one ready.
class BareYield {
 public:
  explicit BareYield(Loop& loop, ReadyCause cause = ReadyCause::yielded) noexcept
      : loop_(loop), cause_(cause) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    TaskIdentity* const task = task_of(*promise_);
    suspended_ = !(task->aborted && task->cancel_pending());
    if (!suspended_) return false;
    if (cause_ == ReadyCause::yielded) task->yielded = promise_;
    Loop& loop = loop_;
    loop.schedule(promise_->job, cause_);
    loop.leave();  // Last: this may be gone.
    return true;
  }
  void await_resume() const {
    if (suspended_) loop_.enter();
    task_of(*promise_)->yielded = nullptr;
    promise_->throw_if_cancelled();
  }

 private:
  Loop& loop_;
  const ReadyCause cause_;
  PromiseBase* promise_ = nullptr;
  bool suspended_ = true;
};

class ThisTask {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    task_ = task_of(self.promise());
    return false;
  }
  [[nodiscard]] TaskIdentity& await_resume() const noexcept { return *task_; }

 private:
  TaskIdentity* task_ = nullptr;
};

template <class T>
const char* FutureAwaiter<T>::refusal() const noexcept {
  const FutureBase& self = task_of(*promise_)->future;
  if (&self == future_.get()) return "a task cannot wait for its own end";
  if (&self.loop() != &future_->loop()) return "the future belongs to another loop than the task";
  return nullptr;
}

template <class T>
Loop* FutureAwaiter<T>::task_loop() const noexcept {
  return &task_of(*promise_)->future.loop();
}

template <class T>
bool FutureAwaiter<T>::try_cancel() noexcept {
  if (!task_of(*promise_)->aborted) return future_->cancel();
  if (!future_->remove(*this)) return false;
  waits_ = false;
  taken_back_ = true;
  future_->loop().schedule(promise_->job, ReadyCause::woken);
  return true;
}

template <class T>
bool FutureAwaiter<T>::hand_down(TaskControl& control) noexcept {
  if (task_of(*promise_)->aborted) {
    future_->remove(*this);
    return waits_ = suspended_ = false;
  }
  if (control.take_request() && !future_->cancel()) control.put_back_request();
  return true;
}

}  // namespace detail

/// A coroutine under way (asyncio's Task; the coroutine itself is Coroutine<T> here). Copies are
/// the same task; dropping them all does not end it.
template <class T = void>
class Task : public Future<T> {
 public:
  using State = detail::TaskState<T>;

  Task() = default;
  explicit Task(boost::intrusive_ptr<State> state) noexcept : Future<T>(std::move(state)) {}

  /// Future::cancel() asks it to end: Cancelled is thrown where it waits, and into what it waits
  /// for. False: it has ended. It may catch that and go on.

  /// Tokio's JoinHandle::abort(): the same, but what it waits for is left alone, and a task that
  /// aborts itself ends where it would wait next, at once.
  bool abort() const noexcept { return identity().abort(); }

  /// asyncio's: takes one request back; how many remain.
  std::uint32_t uncancel() const noexcept { return identity().uncancel(); }
  [[nodiscard]] std::uint32_t cancelling() const noexcept { return identity().cancelling(); }

 private:
  [[nodiscard]] detail::TaskIdentity& identity() const noexcept {
    return static_cast<State&>(*this->state()).identity;
  }
};

/// Starts `body` as a task: its first step is an entry of the next iteration.
template <class T>
Task<T> create_task(Loop& loop, Coroutine<T> body) {
  return Task<T>(boost::intrusive_ptr(new detail::TaskState<T>(loop, std::move(body))));
}

/// asyncio's ensure_future(): a coroutine becomes a task, a future stays what it is.
template <class T>
Future<T> ensure_future(Loop& loop, Coroutine<T> body) {
  return create_task(loop, std::move(body));
}
template <class T>
Future<T> ensure_future(Loop&, Future<T> future) noexcept {
  return future;
}

/// asyncio's run_until_complete(): runs the loop until `future` is done, and gives its result.
/// Throws what it failed with, and StoppedError if stop() came first; then nothing of it stays
/// behind that could stop a later run.
template <class T>
T run_until_complete(Loop& loop, Future<T> future) {
  if (&future.state()->loop() != &loop)
    throw std::invalid_argument("run_until_complete: the future belongs to another loop");
  struct StopAtEnd {
    Future<T> future;
    detail::DoneCallback* callback;
    ~StopAtEnd() { remove_done_callback(future, callback); }
  };
  const StopAtEnd stop{future, add_done_callback(future, [&loop] { loop.stop(); })};
  loop.run_forever();
  if (!future.done()) throw StoppedError();
  return future.result();
}

/// The same for a coroutine, which becomes a task.
template <class T>
T run_until_complete(Loop& loop, Coroutine<T> body) {
  return run_until_complete(loop, ensure_future(loop, std::move(body)));
}

}  // namespace loopsteal::asyncio
