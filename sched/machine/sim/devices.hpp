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

/// The blocking pool of virtual time: threads that take no CPU from the workers, as those of a
/// machine with CPUs to spare. Calls begin in the order in which they came. Not synchronised.
class SimBlockingPool {
 public:
  explicit SimBlockingPool(std::size_t threads) : idle_(threads) {}

  void submit(BlockingCall& call, TimePoint now) {
    if (idle_ == 0) {
      call.next = nullptr;
      (first_ == nullptr ? first_ : last_->next) = &call;
      last_ = &call;
      return;
    }
    --idle_;
    begin(call, now);
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
    if (BlockingCall* const next = first_; next != nullptr) {
      first_ = next->next;
      begin(*next, ended.end);
    } else {
      ++idle_;
    }
    return *ended.call;
  }

 private:
  struct Running {
    TimePoint end;
    std::uint64_t number;
    BlockingCall* call;
  };
  static bool ends_later(const Running& a, const Running& b) noexcept {
    return a.end != b.end ? a.end > b.end : a.number > b.number;
  }

  void begin(BlockingCall& call, TimePoint now) {
    const Duration most = kForever - now;
    running_.push_back({now + std::min(call.duration, most), number_++, &call});
    std::push_heap(running_.begin(), running_.end(), ends_later);
  }

  std::size_t idle_;
  std::uint64_t number_ = 0;
  std::vector<Running> running_;   ///< A heap, the earliest end first.
  BlockingCall* first_ = nullptr;  ///< Those that wait for a thread.
  BlockingCall* last_ = nullptr;
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
