// The part of a pool that waits for timers and I/O: one worker at a time holds it.
//
// Tokio keeps its I/O driver and its timer wheel behind a TryLock (runtime/scheduler/multi_thread/
// park.rs): a worker that parks and gets it sleeps where I/O wakes it; the others sleep on a
// condition.
#pragma once
#include <atomic>
#include <mutex>

#include "sched/contract.hpp"
#include "sched/core/timer_heap.hpp"
#include "sched/policy/parts/timer_sleep.hpp"

namespace loopsteal {

template <Machine M>
class Driver {
 public:
  /// Deadlines are rounded up to multiples of `granularity` (Tokio: ticks of 1 ms).
  Driver(M& machine, Duration granularity)
      : machine_(machine), granularity_(granularity), timer_mutex_(machine) {}

  /// True: `w` holds the driver until release().
  [[nodiscard]] bool try_acquire(WorkerId w) noexcept {
    // relaxed look first, so that a held driver costs no read-modify-write. acquire: pairs with
    // release(), for what the last holder took.
    WorkerId none = kNoWorker;
    return holder_.load(std::memory_order_relaxed) == kNoWorker &&
           holder_.compare_exchange_strong(none, w, std::memory_order_acquire,
                                           std::memory_order_relaxed);
  }

  /// The same for a look in between, which is not worth a read-modify-write of what all workers
  /// share if nothing can have happened.
  [[nodiscard]] bool try_acquire_to_look(WorkerId w) noexcept {
    // relaxed: a timer inserted meanwhile is seen at the next look.
    const bool quiet =
        next_deadline_.load(std::memory_order_relaxed) == kForever && !machine_.may_have_io(w);
    return !quiet && try_acquire(w);
  }

  void release() noexcept { holder_.store(kNoWorker, std::memory_order_release); }

  /// Any thread. False: the timer was abandoned.
  bool submit_at(Timer& timer) noexcept {
    charge_anywhere(machine_, machine_.current(), Op::timer_insert);
    WorkerId sleeper = kNoWorker;
    {
      const std::lock_guard lock(timer_mutex_);
      if (timer.abandoned()) return false;
      const TimePoint before = timers_.next_deadline();
      timer.deadline = round_up(timer.deadline);
      timer.owner = 0;
      const TimePoint deadline = timer.deadline;
      timers_.insert(timer);
      next_deadline_.store(timers_.next_deadline(), std::memory_order_relaxed);
      // The holder reads the deadlines under this mutex after it became holder. So either it has
      // seen this timer, or it is seen here and its next park returns at once.
      if (deadline < before) sleeper = holder_.load(std::memory_order_relaxed);
    }
    if (sleeper != kNoWorker && sleeper != machine_.current()) machine_.unpark(sleeper);
    return true;
  }

  /// Any thread.
  bool cancel(Timer& timer) noexcept {
    const std::lock_guard lock(timer_mutex_);
    if (!timers_.cancel(timer)) return false;
    charge_anywhere(machine_, machine_.current(), Op::timer_cancel);
    timers_.prune();
    next_deadline_.store(timers_.next_deadline(), std::memory_order_relaxed);
    return true;
  }

  /// When the first timer is due, a cancelled one perhaps. Any thread; out of date at once.
  [[nodiscard]] TimePoint next_timer() const noexcept {
    return next_deadline_.load(std::memory_order_relaxed);  // relaxed: a hint.
  }

  /// Until when the holder may sleep.
  [[nodiscard]] TimePoint next_deadline() noexcept {
    const std::lock_guard lock(timer_mutex_);
    return timers_.next_deadline();
  }

  /// The same for a sleep that is as long as Tokio's, which counts in ticks from when it begins.
  [[nodiscard, gnu::noinline]] TimePoint asleep_until(TimerSleep sleep) noexcept {
    const TimePoint deadline = next_deadline();
    if (sleep == TimerSleep::until || deadline == kForever) return deadline;
    return deadline + machine_.now().time_since_epoch() % granularity_;
  }

  /// Takes in finished I/O, then due timers. By the holder. Never waits.
  void poll(WorkerId w, JobQueue& ready) noexcept {
    JobQueue finished;
    machine_.poll(w, finished);
    while (Job* const job = finished.pop_front()) {
      machine_.made_ready(w, *job, ReadyCause::io);
      ready.push_back(*job);
    }
    // relaxed: a hint that saves lock and clock; a timer inserted meanwhile is seen at the next
    // poll.
    if (next_deadline_.load(std::memory_order_relaxed) == kForever) return;
    const TimePoint now = machine_.now();
    if (next_deadline_.load(std::memory_order_relaxed) > now) return;
    const std::lock_guard lock(timer_mutex_);
    timers_.pop_all_due(now, [&](Job& job) {
      machine_.charge(w, Op::timer_fire, 1);
      machine_.made_ready(w, job, ReadyCause::timer);
      ready.push_back(job);
    });
    next_deadline_.store(timers_.next_deadline(), std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] TimePoint round_up(TimePoint deadline) const noexcept {
    const std::int64_t grain = granularity_.count();
    const std::int64_t ns = deadline.time_since_epoch().count();
    if (grain <= 1 || ns >= kForever.time_since_epoch().count() - grain) return deadline;
    return TimePoint(Duration((ns + grain - 1) / grain * grain));
  }

  M& machine_;
  const Duration granularity_;
  typename M::Atomics::template Atomic<WorkerId> holder_{kNoWorker};
  typename M::Mutex timer_mutex_;
  TimerHeap<TimerTies::first_in> timers_;  // Under timer_mutex_.
  typename M::Atomics::template Atomic<TimePoint> next_deadline_{
      kForever};  // Written under timer_mutex_.
};

}  // namespace loopsteal
