// The devices of a simulated machine that no worker sleeps in: the blocking pool, and the place
// outside where clients are. Each has one event to come.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>

#include "sched/core/transfer.hpp"
#include "sched/machine/sim/devices.hpp"
#include "sched/machine/sim/event_list.hpp"
#include "sched/machine/sim/virtual_time.hpp"

namespace loopsteal {

/// Not synchronised.
class Beside {
 public:
  static constexpr EventList::Id kDevices = 2;

  /// The devices' ids are `first` and those after it. `unblocked` gets the jobs whose call has been
  /// made.
  Beside(EventList& events, VirtualTime& time, EventList::Id first, std::size_t blocking_threads,
         std::function<void(Job&)> unblocked)
      : events_(events),
        time_(time),
        pool_id_(first),
        outside_id_(first + 1),
        pool_(blocking_threads),
        unblocked_(std::move(unblocked)) {}

  void block(BlockingCall& call) {
    pool_.submit(call, time_.paid());
    arm();
  }

  /// As Scheduler::wait_outside().
  [[nodiscard]] bool wait_outside(OutsideWait& wait) noexcept {
    if (outside_at_work_ && wait.deadline <= time_.now()) return false;
    outside_.insert(wait);
    arm();
    return true;
  }

  /// Schedules what is to come, if anything is.
  void arm() noexcept {
    schedule(pool_id_, pool_.next_end());
    if (!outside_at_work_) schedule(outside_id_, outside_.next_deadline());
  }

  /// The event of a device.
  void take_turn(EventList::Id id) {
    if (id == pool_id_) {
      end_blocking_call();
    } else {
      outside_at_work_ = true;
      run_chain(outside_.take_first().job->coroutine);
      outside_at_work_ = false;
    }
    arm();
  }

 private:
  void schedule(EventList::Id id, TimePoint at) noexcept {
    if (at != kForever) events_.schedule(id, std::max(time_.now(), at));
  }

  void end_blocking_call() {
    BlockingCall& call = pool_.take_ended();
    Job& job = *call.job;
    if (call.invoke != nullptr) call.invoke(call);
    unblocked_(job);  // The call may be gone now.
  }

  EventList& events_;
  VirtualTime& time_;
  const EventList::Id pool_id_;
  const EventList::Id outside_id_;
  SimBlockingPool pool_;
  OutsideList outside_;
  const std::function<void(Job&)> unblocked_;
  bool outside_at_work_ = false;
};

}  // namespace loopsteal
