// Records of a run on a simulated machine.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sched/core/measurement.hpp"
#include "sched/machine/sim/sim_invariants.hpp"
#include "sched/machine/sim/trace_hash.hpp"

namespace loopsteal {

class SimAccounting {
 public:
  /// The steal matrix is kept up to this number of workers.
  static constexpr WorkerId kMatrixWorkersMax = 256;

  explicit SimAccounting(WorkerId workers)
      : workers_(workers),
        steals_(workers <= kMatrixWorkersMax ? std::size_t{workers} * workers : 0) {}

  void begin(TimePoint now) noexcept {
    invariants.begin(now);
    hash = {};
    events_ = remote_schedule_count_ = 0;
    std::fill(steals_.begin(), steals_.end(), 0);
  }

  void event(TimePoint at) noexcept {
    invariants.pass_to(at);
    ++events_;
  }
  void stolen(WorkerId thief, WorkerId victim, std::uint64_t jobs) noexcept {
    invariants.stolen(jobs);
    if (!steals_.empty()) steals_[std::size_t{thief} * workers_ + victim] += jobs;
  }
  void scheduled_from_outside(std::uint64_t jobs) noexcept { remote_schedule_count_ += jobs; }

  /// `arrivals` are jobs from outside that are counted elsewhere.
  void add_to(Measurement& result, std::uint64_t arrivals) const {
    result.steals = steals_;
    result.remote_schedule_count = remote_schedule_count_ + arrivals;
    result.virtual_account =
        VirtualAccount{.trace_hash = hash.value(),
                       .events = events_,
                       .idle_while_work_waited = invariants.idle_while_work_waited()};
  }

  SimInvariants invariants;
  TraceHash hash;

 private:
  const WorkerId workers_;
  std::uint64_t events_ = 0;
  std::uint64_t remote_schedule_count_ = 0;
  std::vector<std::uint64_t> steals_;  ///< [thief * workers + victim], or empty.
};

}  // namespace loopsteal
