// What happens beside the workers in virtual time: requests that complete, calls on the blocking
// pool, clients outside.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/core/job_queue.hpp"
#include "sched/core/suspension.hpp"
#include "sched/core/timer_heap.hpp"

namespace loopsteal {

/// Where one worker, or all of them, wait for requests to complete. Not synchronised.
class SimReactor {
 public:
  [[nodiscard]] bool idle() const noexcept { return requests_.empty(); }
  /// When the next request completes; kForever if none is under way.
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

  WorkerId sleeper = kNoWorker;  ///< Who is parked here.

 private:
  TimerHeap<TimerTies::first_in> requests_;
};

/// Those of a machine: one, or one for each worker. Not synchronised.
class SimReactors {
 public:
  explicit SimReactors(std::size_t count) : reactors_(count) {}

  void begin_run() noexcept {
    for (SimReactor& each : reactors_) each.sleeper = kNoWorker;
  }
  [[nodiscard]] SimReactor& of(WorkerId w) noexcept {
    return reactors_[reactors_.size() == 1 ? 0 : w];
  }
  /// That of the loop of the task that waits.
  [[nodiscard]] SimReactor& of(const Suspension& wait) noexcept {
    return of(wait.job->home == kNoWorker ? 0 : wait.job->home);
  }
  /// When the next request completes anywhere.
  [[nodiscard]] TimePoint next_deadline() const noexcept {
    TimePoint next = kForever;
    for (const SimReactor& each : reactors_) next = std::min(next, each.next_deadline());
    return next;
  }

 private:
  std::vector<SimReactor> reactors_;
};

/// The blocking pools of virtual time, one for all workers or one for each: threads that take no
/// CPU from the workers, as those of a machine with CPUs to spare. The calls of a pool begin in the
/// order in which they came. Not synchronised.
class SimBlockingPool {
 public:
  /// `threads` in each of `pools`.
  explicit SimBlockingPool(std::size_t threads, std::size_t pools = 1)
      : pools_(pools, Pool{.idle = threads}) {}

  /// `by`: the worker that makes the call. From outside the workers: kNoWorker.
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

  /// kForever if no call is under way.
  [[nodiscard]] TimePoint next_end() const noexcept {
    return running_.empty() ? kForever : running_.front().end;
  }

  /// The call that ends next, at next_end(); its thread begins another.
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
    BlockingCall* first = nullptr;  ///< Those that wait for a thread.
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

/// Coroutines that wait outside the workers, by deadline. Few: a sorted list. Not synchronised.
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

  /// The one with the earliest deadline; there is one.
  [[nodiscard]] OutsideWait& take_first() noexcept {
    OutsideWait& first = *first_;
    first_ = first.next;
    return first;
  }

 private:
  OutsideWait* first_ = nullptr;
};

}  // namespace loopsteal
