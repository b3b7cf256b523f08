// How a worker of the work-stealing policy falls asleep, and what it does when its park returns.
#pragma once
#include "sched/policy/work_stealing/policy.hpp"

namespace loopsteal {

template <Machine M>
[[gnu::noinline]] Step WorkStealing<M>::out_of_work(WorkerId w, Worker& me) noexcept {
  if (machine_.finishing()) return Step::look_again();
  if (!me.deferred.empty()) {
    look_at_events(w, me);
    me.begin_batch(machine_);
    return Step::look_again();
  }
  if (me.idle == Idle::sweeping || (!options_.park && thief_.may_find_more(me)))
    return Step::look_again();
  if (me.awaits_jobs()) return await_jobs(w, me);
  // A worker that had no leave to search has not looked everywhere; a searcher will.
  const bool last_searcher = idle_.transition_worker_to_parked(w, me.searching);
  me.searching = false;
  me.idle = Idle::parked;
  if (last_searcher) notify_if_work_pending();
  if (options_.retry_rate != 0) me.next_attempt = thief_.next_attempt(me);
  // A job may have been put into the queue of a worker that was not asleep yet.
  if (options_.places() && me.has_jobs() && leave_park(w, me)) return Step::look_again();
  return park_again(w, me);
}

/// Until the jobs that it has stolen are here it may not steal. So it has found work, and it is not
/// among the sleepers that are woken to search: woken, it could only fall asleep again and wake
/// another in its place, which may be one that waits as well.
template <Machine M>
Step WorkStealing<M>::await_jobs(WorkerId w, Worker& me) noexcept {
  if (me.searching) stop_searching(w, me);
  me.idle = Idle::awaiting;
  return me.has_jobs() && leave_park(w, me) ? Step::look_again() : park_again(w, me);
}

template <Machine M>
Step WorkStealing<M>::park_again(WorkerId w, Worker& me) noexcept {
  me.holds_driver = driver_.try_acquire(w);
  if (!me.holds_driver) return Step::park(me.alarm());
  return Step::park_in_driver(std::min(me.alarm(), driver_.asleep_until(options_.timer_sleep)));
}

/// Work may have come while the last searcher was about to stop: its pusher woke no worker.
template <Machine M>
void WorkStealing<M>::notify_if_work_pending() noexcept {
  call_to_injector();
  if (options_.wakes_thieves() && thief_.anybody_has_jobs()) notify_one();
}

/// After a park has returned. False: there is no reason to be awake.
template <Machine M>
[[gnu::noinline]] bool WorkStealing<M>::leave_park(WorkerId w, Worker& me) noexcept {
  if (me.holds_driver) {
    me.holds_driver = false;
    poll_and_release(w, me);
  }
  if (me.idle == Idle::awaiting) {
    if (!me.has_jobs() && me.awaits_jobs() && !machine_.finishing()) return false;
    if (me.jobs() > 1) notify_one(me);
  } else if (me.has_jobs()) {
    // Woken by its own events: it has what it needs and does not search, unless another worker
    // has woken it too and counts on that.
    me.searching = !idle_.unpark_worker_by_id(w);
    if (!me.searching && me.jobs() > 1) notify_one(me);
  } else {
    me.retrying = me.next_attempt != kForever && machine_.now() >= me.next_attempt;
    if (!me.retrying && idle_.is_parked(w) && !machine_.finishing()) return false;
    me.searching = !idle_.unpark_worker_by_id(w);
  }
  me.awake();
  me.begin_batch(machine_);
  return true;
}

}  // namespace loopsteal
