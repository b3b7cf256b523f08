// Verbs: the operations, other than coroutines, that a coroutine may await. Each suspends the
// calling coroutine and hands its Job to the scheduler that runs it.
//
//   co_await yield();                    let other jobs run first
//   co_await sleep_for(10ms);            also sleep_until(t)
//   co_await compute(Work::of(50us));    occupy this worker
//   co_await blocking(2ms);              block a thread of the blocking pool, or blocking(function)
//   co_await io(100us);                  a request elsewhere that completes like I/O
//   co_await readable(fd);               also writable(fd); real descriptors only
//   co_await accounted(Work::of(50ns));  time of the code around it, for virtual time
//   co_await outside_until(t);           continue at t outside the workers, where clients are
//
// sleep, io, readable and writable end with Cancelled if their task is cancelled; the others notice
// a cancellation when they resume.
#pragma once
#include <concepts>
#include <exception>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

#include "sched/core/coro/task.hpp"

namespace loopsteal {

namespace detail {

/// Common part of the awaiters of this file: the promise of the waiting coroutine.
class VerbAwaiter {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }

 protected:
  PromiseBase* promise_ = nullptr;
};

[[noreturn, gnu::noinline]] inline void throw_no_thread(int error, const char* doing_what) {
  throw std::system_error(error, std::generic_category(), doing_what);
}
inline constexpr const char* kStartingThePool = "starting the first thread of the blocking pool";

/// Publishes a cancellable wait, arms it, and removes it again.
template <class Node>
class ArmedWait : public VerbAwaiter, public CancellableWait {
 public:
  ArmedWait() = default;
  ArmedWait(const ArmedWait&) = delete;
  ArmedWait& operator=(const ArmedWait&) = delete;

 protected:
  /// False: cancelled before the wait began.
  [[nodiscard]] bool publish(PromiseBase& promise) noexcept {
    promise_ = &promise;
    node_.job = &promise.job;
    node_.control = promise.control;
    return promise.control == nullptr || promise.control->begin_wait(*this);
  }

  /// The canceller took the wait back: this wait has to make its job ready.
  void wake_cancelled() noexcept {
    taken_back_ = true;
    promise_->scheduler->submit(promise_->job, ReadyCause::woken);
  }

  /// The wait is over, and one operation done. True: the caller must throw Cancelled.
  [[nodiscard]] bool end_cancelled() noexcept {
    promise_->scheduler->spend_budget();
    TaskControl* const control = promise_->control;
    return control != nullptr && (control->end_wait() || taken_back_);
  }

  void finish() {
    if (end_cancelled()) throw Cancelled{};
  }

  Node node_;

 private:
  bool taken_back_ = false;
};

class YieldAwaiter {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    PromiseBase& promise = self.promise();
    promise.scheduler->submit(promise.job, ReadyCause::yielded);
  }
  void await_resume() const { promise_of(resumed_job()).throw_if_cancelled(); }
};

class SleepAwaiter final : public ArmedWait<Timer> {
 public:
  explicit SleepAwaiter(TimePoint deadline) noexcept { node_.deadline = deadline; }
  explicit SleepAwaiter(Duration duration) noexcept : duration_(duration) {}

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    if (!publish(self.promise())) return false;
    Scheduler& scheduler = *promise_->scheduler;
    if (duration_) node_.deadline = later(scheduler.now(), *duration_);
    return scheduler.submit_at(node_);
  }
  void await_resume() { finish(); }

  bool try_cancel() noexcept override {
    if (!promise_->scheduler->cancel(node_)) return false;
    wake_cancelled();
    return true;
  }

 private:
  std::optional<Duration> duration_;
};

class IoAwaiter final : public ArmedWait<Timer> {
 public:
  explicit IoAwaiter(TimePoint deadline) noexcept { node_.deadline = deadline; }
  explicit IoAwaiter(Duration latency) noexcept : latency_(latency) {}

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    if (!publish(self.promise())) return false;
    Scheduler& scheduler = *promise_->scheduler;
    if (latency_) node_.deadline = later(scheduler.now(), *latency_);
    return scheduler.start_io(node_);
  }
  void await_resume() { finish(); }

  bool try_cancel() noexcept override {
    if (!promise_->scheduler->cancel_io(node_)) return false;
    wake_cancelled();
    return true;
  }

 private:
  std::optional<Duration> latency_;
};

class DescriptorAwaiter final : public ArmedWait<DescriptorWait> {
 public:
  DescriptorAwaiter(int descriptor, Direction direction) noexcept {
    node_.descriptor = descriptor;
    node_.direction = direction;
  }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    if (!publish(self.promise())) return false;
    return promise_->scheduler->watch(node_);
  }
  void await_resume() {
    finish();
    if (node_.error != 0)
      throw std::system_error(node_.error, std::generic_category(), "waiting for a descriptor");
  }

  bool try_cancel() noexcept override {
    if (!promise_->scheduler->unwatch(node_)) return false;
    wake_cancelled();
    return true;
  }
};

class ComputeAwaiter : public VerbAwaiter {
 public:
  explicit ComputeAwaiter(Work work) noexcept : work_(work) {}

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    return promise_->scheduler->compute(promise_->job, work_);
  }
  void await_resume() const noexcept {}

 private:
  Work work_;
};

/// For work that the coroutine does itself: real time passes anyway.
class AccountedAwaiter : public VerbAwaiter {
 public:
  explicit AccountedAwaiter(Work work) noexcept : work_(work) {}

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    PromiseBase& promise = self.promise();
    return promise.scheduler->virtual_time() && promise.scheduler->compute(promise.job, work_);
  }
  void await_resume() const noexcept {}

 private:
  Work work_;
};

class OutsideAwaiter : public VerbAwaiter, OutsideWait {
 public:
  explicit OutsideAwaiter(TimePoint at) noexcept { deadline = at; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    job = &promise_->job;
    return promise_->scheduler->wait_outside(*this);
  }
  void await_resume() const {
    if (error != 0) [[unlikely]]
      throw_no_thread(error, "starting the thread of clients");
    promise_->throw_if_cancelled();
  }
};

/// Runs a function on the blocking pool and returns its value or exception.
template <class F>
class BlockingAwaiter : public VerbAwaiter, BlockingCall {
 public:
  using Value = std::invoke_result_t<F&>;
  static constexpr bool kHasValue = !std::is_void_v<Value>;

  BlockingAwaiter(F function, Duration expected) : function_(std::move(function)) {
    duration = expected;
    invoke = &invoke_on_pool;
  }

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    job = &promise_->job;
    promise_->scheduler->block(*this);
  }
  Value await_resume() {
    if (error != 0) [[unlikely]]
      throw_no_thread(error, kStartingThePool);
    promise_->throw_if_cancelled();
    if (error_) std::rethrow_exception(error_);
    if constexpr (kHasValue) return *std::move(value_);
  }

 private:
  struct Nothing {};

  static void invoke_on_pool(BlockingCall& call) noexcept {
    auto& self = static_cast<BlockingAwaiter&>(call);
    try {
      if constexpr (kHasValue) {
        self.value_.emplace(self.function_());
      } else {
        self.function_();
      }
    } catch (...) {
      self.error_ = std::current_exception();
    }
  }

  F function_;
  std::exception_ptr error_;
  [[no_unique_address]] std::conditional_t<kHasValue, std::optional<Value>, Nothing> value_;
};

/// Blocking for a duration needs no function: the machine can block a thread.
struct HoldAwaiter : VerbAwaiter, BlockingCall {
  explicit HoldAwaiter(Duration hold) noexcept { duration = hold; }

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) noexcept {
    promise_ = &self.promise();
    job = &promise_->job;
    promise_->scheduler->block(*this);
  }
  void await_resume() const {
    if (error != 0) [[unlikely]]
      throw_no_thread(error, kStartingThePool);
    promise_->throw_if_cancelled();
  }
};

/// Returns the calling coroutine's scheduler, without suspending.
class SchedulerAwaiter {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    scheduler_ = self.promise().scheduler;
    return false;
  }
  [[nodiscard]] Scheduler& await_resume() const noexcept { return *scheduler_; }

 private:
  Scheduler* scheduler_ = nullptr;
};

}  // namespace detail

/// Lets the other ready jobs run first (asyncio's sleep(0), Tokio's yield_now).
[[nodiscard]] inline auto yield() noexcept { return detail::YieldAwaiter(); }

/// Resumes at `deadline` or later, never before.
[[nodiscard]] inline auto sleep_until(TimePoint deadline) noexcept {
  return detail::SleepAwaiter(deadline);
}

/// Resumes after `duration` or more. A duration of zero or less still goes through the timers.
[[nodiscard]] inline auto sleep_for(Duration duration) noexcept {
  return detail::SleepAwaiter(duration);
}

/// Occupies the worker with `work`. Other jobs do not run on this worker meanwhile.
[[nodiscard]] inline auto compute(Work work) noexcept { return detail::ComputeAwaiter(work); }

/// For code that really computes (a digest, an addition): `work` is its time. On real threads
/// nothing happens, as the code itself takes the time; in virtual time the worker is occupied for
/// it.
[[nodiscard]] inline auto accounted(Work work) noexcept { return detail::AccountedAwaiter(work); }

/// Continues at `deadline` outside the workers, where clients and their requests come from. Busy
/// workers cannot delay it, and tasks that it spawns are made ready from outside. Any other await
/// brings the coroutine back to the workers. At most one coroutine runs there at a time. Throws
/// std::system_error if the thread outside cannot be started.
[[nodiscard]] inline auto outside_until(TimePoint deadline) noexcept {
  return detail::OutsideAwaiter(deadline);
}

/// Blocks a thread of the blocking pool for `duration` (like a blocking system call), while the
/// worker continues. Throws std::system_error if the pool's first thread cannot be started.
[[nodiscard]] inline auto blocking(Duration duration) noexcept {
  return detail::HoldAwaiter(duration);
}

/// Calls `function` on the blocking pool and returns its value or rethrows its exception.
/// `expected` is the length of the call in virtual time. Not cancellable while it runs, as no
/// thread is. Throws std::system_error if the pool's first thread cannot be started.
template <std::invocable F>
[[nodiscard]] auto blocking(F function, Duration expected = Duration::zero()) {
  return detail::BlockingAwaiter<F>(std::move(function), expected);
}

/// A request that completes after `latency` without using the CPU.
[[nodiscard]] inline auto io(Duration latency) noexcept { return detail::IoAwaiter(latency); }

/// A request that completes at `deadline`; with a deadline in the past, at the next poll.
[[nodiscard]] inline auto io_until(TimePoint deadline) noexcept {
  return detail::IoAwaiter(deadline);
}

/// Resumes once `descriptor` can be read. Throws std::system_error if it cannot be watched (EBADF;
/// EBUSY if another task waits for the same). The caller keeps the descriptor.
[[nodiscard]] inline auto readable(int descriptor) noexcept {
  return detail::DescriptorAwaiter(descriptor, Direction::read);
}
[[nodiscard]] inline auto writable(int descriptor) noexcept {
  return detail::DescriptorAwaiter(descriptor, Direction::write);
}

/// Scheduler that runs the calling coroutine: `Scheduler& scheduler = co_await this_scheduler();`
[[nodiscard]] inline auto this_scheduler() noexcept { return detail::SchedulerAwaiter(); }

}  // namespace loopsteal
