#include "sched/machine/threads/outside_thread.hpp"

#include <cerrno>
#include <new>
#include <system_error>

#include <sys/prctl.h>

#include "sched/core/coro/transfer.hpp"
#include "sched/core/job.hpp"
#include "sched/machine/threads/clock.hpp"

namespace loopsteal {

void OutsideThread::end() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    if (!thread_.joinable()) return;
  }
  parker_.unpark();
  thread_.join();
}

bool OutsideThread::resume_at(OutsideWait& wait) noexcept {
  const std::lock_guard lock(mutex_);
  const bool here = thread_.joinable() && thread_.get_id() == std::this_thread::get_id();
  if (here && wait.deadline <= monotonic_now()) return false;
  OutsideWait** place = &first_;
  while (*place != nullptr && (*place)->deadline <= wait.deadline) place = &(*place)->next;
  wait.next = *place;
  *place = &wait;  // Once the lock is free, the wait may be over and gone.
  if (!thread_.joinable()) return start_thread(wait);
  if (!here && first_ == &wait) parker_.unpark();
  return true;
}

bool OutsideThread::start_thread(OutsideWait& wait) noexcept {
  try {
    thread_ = std::thread([this] { serve(); });
    return true;
  } catch (const std::system_error& error) {
    wait.error = error.code().value();
  } catch (const std::bad_alloc&) {
    wait.error = ENOMEM;
  }
  first_ = nullptr;  // No other coroutine waits if there is no thread.
  return false;
}

void OutsideThread::serve() noexcept {
  // A client needs an exact clock: the default slack of 50 us would delay every arrival by that
  // much.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  TimePoint next_deadline{};
  while (true) {
    if (OutsideWait* const wait = take_due(next_deadline)) {
      run_chain(*wait->job);
      continue;
    }
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
    }
    parker_.park(next_deadline);
  }
}

OutsideWait* OutsideThread::take_due(TimePoint& next_deadline) noexcept {
  const std::lock_guard lock(mutex_);
  next_deadline = first_ == nullptr ? kForever : first_->deadline;
  if (ending_ || first_ == nullptr || first_->deadline > monotonic_now()) return nullptr;
  OutsideWait* const wait = first_;
  first_ = wait->next;
  return wait;
}

}  // namespace loopsteal
