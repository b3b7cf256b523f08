// One turn of a worker in virtual time: the end of its job's computation, or a step of the policy
// and the job that it chose, up to the worker's next event.
#pragma once
#include "sched/machine/sim/sim_machine.hpp"

namespace loopsteal {

template <Observer O>
template <Policy P>
void SimMachine<O>::take_turn(P& policy, WorkerId w) {
  VirtualCpu& me = cpus_[w];
  current_ = w;
  bool goes_on = true;
  switch (me.state) {
    case State::computing:
      accounting_.hash.add(TraceHash::What::resume, w, now());
      goes_on = slices_.rest_of(*me.job) == Duration::zero() ? go_on(w, me, *me.job, {})
                                                             : preempt(policy, w, me);
      break;
    case State::beginning:
      goes_on = run_job(policy, w, me, *me.job);
      break;
    case State::parked:
    case State::waking:
      leave_sleep(w, me);
      break;
    default:  // Stepping: a worker that has left has no event.
      break;
  }
  while (goes_on) {
    goes_on = step(policy, w, me);
    if (goes_on && events_.more_now()) {  // Other events at this moment come first.
      events_.schedule(w, now());
      break;
    }
  }
  current_ = kNoWorker;
}

template <Observer O>
template <Policy P>
bool SimMachine<O>::step(P& policy, WorkerId w, VirtualCpu& me) {
  me.state = State::stepping;
  if (finishing() && policy.may_leave(w)) [[unlikely]] {
    me.state = State::gone;
    --working_;
    accounting_.invariants.leave(me.balanced(now() - began_at_));
    return false;
  }
  if (time_.stands_still()) [[unlikely]]
    give_up(SimError(SimError::kStandstill));
  time_.open_bill();
  const Step step = policy.step(w);
  if (!step.runs()) {
    stay_idle(w, me, step);
    return false;
  }
  if (time_.bill() == Duration::zero()) [[likely]]
    return run_job(policy, w, me, step.job());
  me.state = State::beginning;
  me.job = &step.job();
  me.stats.busy += time_.bill();
  events_.schedule(w, time_.paid());
  return false;
}

template <Observer O>
template <Policy P>
bool SimMachine<O>::run_job(P& policy, WorkerId w, VirtualCpu& me, Job& job) {
  accounting_.invariants.run(job.ready_at);
  ++me.stats.poll_count;
  me.stats.local_run_count += job.ready_on == w ? 1 : 0;
  me.ran_since_wake = true;
  accounting_.hash.add(TraceHash::What::run, w, now());
  if constexpr (O::kEnabled)
    time_.unbilled([&] { observer_.on_run(w, job, now(), policy.queue_depth(w)); });
  const Duration cost = time_.costs().of_run(job.ready_on == w);
  const Duration rest = slices_.take_rest_of(job);
  if (rest == Duration::zero()) [[likely]]
    return go_on(w, me, job, cost);
  time_.open_bill(cost);
  me.job = &job;
  me.stats.busy += cost;
  const Duration slice = policy.slice_left();
  if (TimeSlices::too_many(rest, slice)) [[unlikely]]
    give_up(SimError(SimError::kTooManySlices));
  return hold(w, me, slices_.cut(job, rest, slice));
}

/// The job's time slice is over, and its computation is not.
template <Observer O>
template <Policy P>
bool SimMachine<O>::preempt(P& policy, WorkerId w, VirtualCpu& me) {
  me.state = State::stepping;
  if constexpr (O::kEnabled) observer_.on_rest(w, now());
  policy.preempt(*me.job);
  return pay(w, me);
}

/// Runs the coroutine to its next suspension; its request there determines the next event.
template <Observer O>
bool SimMachine<O>::go_on(WorkerId w, VirtualCpu& me, Job& job, Duration cost) {
  time_.open_bill(cost);
  me.state = State::stepping;
  held_ = kNotHeld;
  run_chain(job);  // The job may be gone afterwards.
  if (held_ != kNotHeld) {
    me.stats.busy += time_.bill();
    return hold(w, me, held_);
  }
  if constexpr (O::kEnabled) observer_.on_rest(w, time_.paid());
  return pay(w, me);
}

/// The worker's job computes for `held`, once the bill is paid.
template <Observer O>
bool SimMachine<O>::hold(WorkerId w, VirtualCpu& me, Duration held) noexcept {
  me.state = State::computing;
  const TimePoint end = time_.after(time_.paid(), held);
  me.stats.busy += end - time_.paid();
  events_.schedule(w, end);
  return false;
}

/// True: the bill is empty. False: the next step comes when it is paid.
template <Observer O>
bool SimMachine<O>::pay(WorkerId w, VirtualCpu& me) noexcept {
  me.stats.busy += time_.bill();
  if (time_.bill() == Duration::zero()) return true;
  events_.schedule(w, time_.paid());
  return false;
}

}  // namespace loopsteal
