// Computing that a worker is taken from in the middle: Go's preemption, to the nanosecond.
//
// Go's monitor thread (runtime/proc.go: sysmon, retake, forcePreemptNS) looks every 20 us to 10 ms
// which goroutine has run for 10 ms, and stops it. Here it is stopped exactly when its time slice
// is over. What it has still to compute is kept until it runs again.
#pragma once
#include <unordered_map>
#include <utility>

#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Not synchronised. Nothing here depends on the order of addresses: jobs are only looked up.
class TimeSlices {
 public:
  /// What `job` computes of `work` within `slice`; the rest is kept.
  [[nodiscard]] Duration cut(const Job& job, Duration work, Duration slice) {
    if (work <= slice) [[likely]]
      return work;
    rests_[&job] = work - slice;
    return slice;
  }

  /// Whether `rest` takes more slices than a run can get through: each is an event or two, a
  /// million about a second. A slice that is used up already says nothing about the next one.
  [[nodiscard]] static bool too_many(Duration rest, Duration slice) noexcept {
    return slice > Duration::zero() && rest / kMost > slice;
  }

  /// What `job` has still to compute; zero if nothing.
  [[nodiscard]] Duration rest_of(const Job& job) const noexcept {
    if (rests_.empty()) [[likely]]
      return {};
    const auto found = rests_.find(&job);
    return found == rests_.end() ? Duration{} : found->second;
  }

  /// The same, and forgets it: the job goes on.
  [[nodiscard]] Duration take_rest_of(const Job& job) noexcept {
    const Duration rest = rest_of(job);
    if (rest != Duration::zero()) rests_.erase(&job);
    return rest;
  }

 private:
  static constexpr int kMost = 1'000'000;

  std::unordered_map<const Job*, Duration> rests_;
};

}  // namespace loopsteal
