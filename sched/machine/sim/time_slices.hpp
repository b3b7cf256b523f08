// Preemption of a computing job, as in Go, exact to the nanosecond.
//
// Go's monitor thread (runtime/proc.go: sysmon, retake, forcePreemptNS) checks every 20 us to 10 ms
// which goroutine has run for 10 ms, and stops it. Here the job stops exactly at the end of its
// time slice. The rest of its computation is kept until it runs again.
#pragma once
#include <unordered_map>
#include <utility>

#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Not synchronised. Does not depend on the order of addresses: jobs are only looked up.
class TimeSlices {
 public:
  /// The part of `work` that `job` computes within `slice`; the rest is kept.
  [[nodiscard]] Duration cut(const Job& job, Duration work, Duration slice) {
    if (work <= slice) [[likely]]
      return work;
    rests_[&job] = work - slice;
    return slice;
  }

  /// True if `rest` takes more slices than a run can process: each is an event or two, about a
  /// million a second. A slice that is already used up does not tell the length of the next one.
  [[nodiscard]] static bool too_many(Duration rest, Duration slice) noexcept {
    return slice > Duration::zero() && rest / kMost > slice;
  }

  /// The rest of the computation of `job`; zero if there is none.
  [[nodiscard]] Duration rest_of(const Job& job) const noexcept {
    if (rests_.empty()) [[likely]]
      return {};
    const auto found = rests_.find(&job);
    return found == rests_.end() ? Duration{} : found->second;
  }

  /// Removes and returns the rest of `job`, which continues.
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
