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
  // A worker that had no leave to search has not looked everywhere; a searcher will.
  const bool last_searcher = idle_.transition_worker_to_parked(w, me.searching);
  me.searching = false;
  me.parked = true;
  if (last_searcher) notify_if_work_pending();
  return park_again(w, me);
}

template <Machine M>
Step WorkStealing<M>::park_again(WorkerId w, Worker& me) noexcept {
  me.holds_driver = driver_.try_acquire(w);
  if (!me.holds_driver) return Step::park(kForever);
  return Step::park_in_driver(driver_.asleep_until(options_.timer_sleep));
}

/// Work may have come while the last searcher was about to stop: its pusher woke no worker.
template <Machine M>
void WorkStealing<M>::notify_if_work_pending() noexcept {
  notify_for_injector();
  if (thief_.anybody_has_jobs()) notify_one();
}

/// After a park has returned. False: there is no reason to be awake.
template <Machine M>
[[gnu::noinline]] bool WorkStealing<M>::leave_park(WorkerId w, Worker& me) noexcept {
  if (me.holds_driver) {
    me.holds_driver = false;
    poll_and_release(w, me);
  }
  const bool has_jobs = me.has_jobs();
  if (!has_jobs && idle_.is_parked(w) && !machine_.finishing()) return false;
  // Woken by its own events, it has what it needs and does not search, unless another worker has
  // woken it too and counts on that.
  me.searching = !idle_.unpark_worker_by_id(w);
  if (has_jobs && !me.searching && me.jobs() > 1) notify_one(me);
  me.parked = false;
  me.begin_batch(machine_);
  return true;
}

}  // namespace loopsteal
