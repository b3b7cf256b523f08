#include "sched/onetbb/service_thread.hpp"

#include <utility>

#include "sched/machine/threads/clock.hpp"

namespace loopsteal {

ServiceThread::ServiceThread(Duration granularity, Ready ready)
    : granularity_(granularity), ready_(std::move(ready)), thread_([this] { serve(); }) {}

void ServiceThread::end() noexcept {
  if (!thread_.joinable()) return;
  // relaxed: the wake-up goes through the kernel, which orders the two.
  ending_.store(true, std::memory_order_relaxed);
  reactor_.wake();
  thread_.join();
}

bool ServiceThread::submit_at(Timer& timer) noexcept {
  bool earliest = false;
  {
    const std::lock_guard lock(timer_mutex_);
    if (timer.abandoned()) return false;
    timer.deadline = round_up(timer.deadline);
    earliest = timer.deadline < timers_.next_deadline();
    timers_.insert(timer);  // From now on the timer may fire at any time.
  }
  // If the thread read the deadlines before this timer came, it is woken: the wake-up stays in the
  // reactor until the thread waits there.
  if (earliest) reactor_.wake();
  return true;
}

bool ServiceThread::cancel(Timer& timer) noexcept {
  const std::lock_guard lock(timer_mutex_);
  if (!timers_.cancel(timer)) return false;
  timers_.prune();
  return true;
}

void ServiceThread::serve() noexcept {
  // relaxed: see the destructor.
  while (!ending_.load(std::memory_order_relaxed)) {
    reactor_.wait(next_deadline());
    JobQueue finished;
    reactor_.take(finished);
    pass_on(finished, ReadyCause::io);
    JobQueue due;
    take_due(due);
    pass_on(due, ReadyCause::timer);
  }
}

void ServiceThread::pass_on(JobQueue& jobs, ReadyCause cause) const {
  while (Job* const job = jobs.pop_front()) ready_(*job, cause);
}

TimePoint ServiceThread::next_deadline() noexcept {
  const std::lock_guard lock(timer_mutex_);
  return timers_.next_deadline();
}

void ServiceThread::take_due(JobQueue& due) noexcept {
  const std::lock_guard lock(timer_mutex_);
  if (timers_.empty()) return;
  const TimePoint now = monotonic_now();
  while (Job* const job = timers_.pop_due(now)) due.push_back(*job);
}

TimePoint ServiceThread::round_up(TimePoint deadline) const noexcept {
  const std::int64_t grain = granularity_.count();
  const std::int64_t ns = deadline.time_since_epoch().count();
  if (ns >= kForever.time_since_epoch().count() - grain) return deadline;
  return TimePoint(Duration((ns + grain - 1) / grain * grain));
}

}  // namespace loopsteal
