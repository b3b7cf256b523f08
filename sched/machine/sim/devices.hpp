// Devices in virtual time: requests that complete, calls on the blocking pool, clients outside.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/core/coro/suspension.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/timer_heap.hpp"

namespace loopsteal {

/// Requests in progress of one worker, or of all workers. Not synchronised.
class SimReactor {
 public:
  [[nodiscard]] bool idle() const noexcept { return requests_.empty(); }
  /// Time of the next completion; kForever if there is none.
  [[nodiscard]] TimePoint next_deadline() const noexcept { return requests_.next_deadline(); }

  void start(Timer& request) { requests_.insert(request); }
  bool cancel(Timer& request) noexcept {
    const bool cancelled = requests_.cancel(request);
    requests_.prune();
    return cancelled;
  }
  void take_finished(TimePoint now, JobQueue& finished) noexcept {
    while (Job* const job = requests_.pop_due(now)) finished.push_back(*job);
  }

  WorkerId sleeper = kNoWorker;  ///< The worker that is parked here.

 private:
  TimerHeap<TimerTies::first_in> requests_;
};

/// Reactors of a machine: one, or one for each worker. Not synchronised.
class SimReactors {
 public:
  explicit SimReactors(std::size_t count) : reactors_(count) {}

  void begin_run() noexcept {
    for (SimReactor& each : reactors_) each.sleeper = kNoWorker;
  }
  [[nodiscard]] SimReactor& of(WorkerId w) noexcept {
    return reactors_[reactors_.size() == 1 ? 0 : w];
  }
  /// Reactor of the waiting task's loop.
  [[nodiscard]] SimReactor& of(const Suspension& wait) noexcept {
    return of(wait.job->home == kNoWorker ? 0 : wait.job->home);
  }
  /// Time of the next completion of any reactor.
  [[nodiscard]] TimePoint next_deadline() const noexcept {
    TimePoint next = kForever;
    for (const SimReactor& each : reactors_) next = std::min(next, each.next_deadline());
    return next;
  }

 private:
  std::vector<SimReactor> reactors_;
};

/// Blocking pools of virtual time, one for all workers or one for each. Their threads take no CPU
/// from the workers, as on a machine with spare CPUs. The calls of a pool begin in the order in
/// which they came. Not synchronised.
class SimBlockingPool {
 public:
  /// `threads` threads in each of `pools` pools.
  explicit SimBlockingPool(std::size_t threads, std::size_t pools = 1)
      : pools_(pools, Pool{.idle = threads}) {}

  /// `by` is the worker that makes the call; kNoWorker from outside the workers.
  void submit(BlockingCall& call, TimePoint now, WorkerId by = kNoWorker) {
    const std::size_t number = pools_.size() == 1 || by == kNoWorker ? 0 : by;
    Pool& pool = pools_[number];
    if (pool.idle == 0) {
      call.next = nullptr;
      (pool.first == nullptr ? pool.first : pool.last->next) = &call;
      pool.last = &call;
      return;
    }
    --pool.idle;
    begin(number, call, now);
  }

  /// Time of the next end; kForever if no call is in progress.
  [[nodiscard]] TimePoint next_end() const noexcept {
    return running_.empty() ? kForever : running_.front().end;
  }

  /// Removes the call that ends next, at next_end(); its thread begins another call.
  [[nodiscard]] BlockingCall& take_ended() {
    const Running ended = running_.front();
    std::pop_heap(running_.begin(), running_.end(), ends_later);
    running_.pop_back();
    Pool& pool = pools_[ended.pool];
    if (BlockingCall* const next = pool.first; next != nullptr) {
      pool.first = next->next;
      begin(ended.pool, *next, ended.end);
    } else {
      ++pool.idle;
    }
    return *ended.call;
  }

 private:
  struct Pool {
    std::size_t idle;               ///< Threads without a call.
    BlockingCall* first = nullptr;  ///< Calls that wait for a thread.
    BlockingCall* last = nullptr;
  };
  struct Running {
    TimePoint end;
    std::uint64_t number;
    std::size_t pool;
    BlockingCall* call;
  };
  static bool ends_later(const Running& a, const Running& b) noexcept {
    return a.end != b.end ? a.end > b.end : a.number > b.number;
  }

  void begin(std::size_t pool, BlockingCall& call, TimePoint now) {
    const Duration most = kForever - now;
    running_.push_back({now + std::min(call.duration, most), number_++, pool, &call});
    std::push_heap(running_.begin(), running_.end(), ends_later);
  }

  std::vector<Pool> pools_;
  std::uint64_t number_ = 0;
  std::vector<Running> running_;  ///< A heap, the earliest end first.
};

/// Coroutines that wait outside the workers, by deadline. They are few, so a sorted list is enough.
/// Not synchronised.
class OutsideList {
 public:
  void insert(OutsideWait& wait) noexcept {
    OutsideWait** place = &first_;
    while (*place != nullptr && (*place)->deadline <= wait.deadline) place = &(*place)->next;
    wait.next = *place;
    *place = &wait;
  }

  [[nodiscard]] TimePoint next_deadline() const noexcept {
    return first_ == nullptr ? kForever : first_->deadline;
  }

  /// Removes the wait with the earliest deadline; the list must not be empty.
  [[nodiscard]] OutsideWait& take_first() noexcept {
    OutsideWait& first = *first_;
    first_ = first.next;
    return first;
  }

 private:
  OutsideWait* first_ = nullptr;
};

}  // namespace loopsteal
