// Off-CPU devices of a simulated machine: the blocking pool, and the place outside where clients
// are. No worker sleeps in them. Each has at most one scheduled event.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sched/core/coro/transfer.hpp"
#include "sched/machine/sim/devices.hpp"
#include "sched/machine/sim/event_list.hpp"
#include "sched/machine/sim/virtual_cpu.hpp"
#include "sched/machine/sim/virtual_time.hpp"

namespace loopsteal {

/// Not synchronised.
class SimDevices {
 public:
  static constexpr EventList::Id kDevices = 2;

  /// Uses the event ids from `first` on. `unblocked` gets the jobs whose call has been made.
  SimDevices(EventList& events, VirtualTime& time, EventList::Id first, SimBlockingPool pool,
             std::function<void(Job&)> unblocked)
      : events_(events),
        time_(time),
        pool_id_(first),
        outside_id_(first + 1),
        pool_(std::move(pool)),
        unblocked_(std::move(unblocked)) {}

  void begin_run() noexcept {
    clients_turns_ = turns_ = 0;
    arm();
  }

  /// Call by worker `by`, or kNoWorker.
  void block(BlockingCall& call, WorkerId by) {
    pool_.submit(call, time_.paid(), by);
    arm();
  }

  /// Same as Scheduler::wait_outside().
  [[nodiscard]] bool wait_outside(OutsideWait& wait) noexcept {
    if (outside_at_work_ && wait.deadline <= time_.now()) return false;
    outside_.insert(wait);
    arm();
    return true;
  }

  /// Schedules the next event of each device, if it has one.
  void arm() noexcept {
    schedule(pool_id_, pool_.next_end());
    if (outside_at_work_) return;
    const TimePoint due = outside_.next_deadline();
    if (due == kForever) return;
    const Duration late = time_.client_late();
    schedule(outside_id_, due < kForever - late ? due + late : kForever);
  }

  /// Call before the event of a device, if no CPU is idle. Clients have no CPU of their own then,
  /// so their turns take CPU time from the workers in rotation.
  void take_cpu(EventList::Id id, std::vector<VirtualCpu>& cpus) noexcept {
    if (id != outside_id_) return;
    const Duration client = time_.client();
    if (client == Duration::zero()) return;
    const auto w = static_cast<WorkerId>(clients_turns_++ % cpus.size());
    if (!events_.scheduled(w)) return;
    cpus[w].stats.busy += client;
    events_.schedule(w, time_.after(events_.at(w), client));
  }

  /// True if a call ends or a client has its turn later.
  [[nodiscard]] bool something_to_come() const noexcept {
    return events_.scheduled(pool_id_) || events_.scheduled(outside_id_);
  }
  /// Turns of devices in this run.
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }

  /// Processes the event of a device.
  void take_turn(EventList::Id id) {
    ++turns_;
    if (id == pool_id_) {
      end_blocking_call();
    } else {
      outside_at_work_ = true;
      run_chain(*outside_.take_first().job);
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
  std::uint64_t clients_turns_ = 0;  ///< Turns for which CPU time was taken from a worker.
  std::uint64_t turns_ = 0;
};

}  // namespace loopsteal
