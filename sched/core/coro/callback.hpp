// Callbacks: functions that a scheduler runs once and that are not joined (asyncio's call_soon,
// call_later and call_at).
#pragma once
#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <utility>

#include "sched/core/coro/frame_pool.hpp"
#include "sched/core/coro/task.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/scheduler.hpp"

namespace loopsteal {

namespace detail {

/// The coroutine of a callback. It starts when its job runs, destroys itself at its end, and passes
/// an exception to its scheduler's handler.
struct Callback {
  struct promise_type : PromiseBase {
    Callback get_return_object() noexcept {
      const auto self = std::coroutine_handle<promise_type>::from_promise(*this);
      job.coroutine = self;
      return {self};
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { scheduler->report_exception(std::current_exception()); }
  };
  std::coroutine_handle<promise_type> handle;
};

template <class F>
Callback callback(F function) {
  function();
  co_return;
}

}  // namespace detail

/// Runs `function` once, after the jobs that are ready now (asyncio's call_soon; from another
/// thread, its call_soon_threadsafe). An exception that escapes it goes to the scheduler's
/// exception handler, and the run continues. Any thread. A callback does not keep a run alive: one
/// that is ready when a run ends waits for the next run. If there is none, the scheduler's
/// destructor frees it with its captures and does not run it. If it has to run, let the root task
/// wait for it.
template <std::invocable F>
void post(Scheduler& scheduler, F function, AffinityKey key = kNoKey) {
  detail::Callback::promise_type& promise = detail::callback(std::move(function)).handle.promise();
  promise.scheduler = &scheduler;
  promise.job.key = key;
  scheduler.submit(promise.job, ReadyCause::spawned);
}

/// A callback with a deadline (asyncio's TimerHandle). It must outlive the callback's run, or be
/// cancelled; its destructor cancels. Destroy it before its scheduler. Once the deadline has made
/// the callback ready, it ends like one of post(). Not movable: the scheduler knows its address.
class TimedCallback {
 public:
  /// Runs `function` at `when` or soon after (asyncio's call_at). Call from a worker, or before the
  /// run begins.
  template <std::invocable F>
  TimedCallback(Scheduler& scheduler, TimePoint when, F function) : scheduler_(scheduler) {
    detail::Callback::promise_type& promise =
        detail::callback(std::move(function)).handle.promise();
    promise.scheduler = &scheduler;
    timer_.job = &promise.job;
    timer_.deadline = when;
    armed_ = scheduler.submit_at(timer_);
  }
  TimedCallback(const TimedCallback&) = delete;
  TimedCallback& operator=(const TimedCallback&) = delete;
  ~TimedCallback() { cancel(); }

  /// False if it has fired, or was cancelled before.
  bool cancel() noexcept {
    if (!armed_) return false;
    armed_ = false;
    Job* const job = timer_.job;
    if (!scheduler_.cancel(timer_)) return false;
    job->coroutine.destroy();
    return true;
  }

 private:
  Scheduler& scheduler_;
  Timer timer_;
  bool armed_ = false;
};

}  // namespace loopsteal
