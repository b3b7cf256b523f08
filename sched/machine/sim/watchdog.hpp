// Ends a virtual run in which no job makes progress.
//
// A run may go on for ever without a result: workers search although nothing is left to come, jobs
// move from worker to worker and none begins, or workers wake each other at one instant. The event
// list is never empty then, so the end of events does not show it.
//
// The machine checks the run every few thousand events. A run makes progress while jobs begin and
// devices have their turns. Without progress, the run is explained as long as time passes and a job
// is in progress (a worker computes, or pays before it begins a job), or no job is ready but
// something is to come. Otherwise only the workers can make the next job begin. The bounds for that
// follow from the longest search that the policy can make at these costs:
// - if time passes, kSearches of them, or kMoves moves of each ready job;
// - at one instant, kSearches of every worker, with an event for each look.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sched/contract.hpp"
#include "sched/core/time.hpp"
#include "sched/machine/sim/cost_model.hpp"
#include "sched/machine/sim/event_list.hpp"
#include "sched/machine/sim/sim_invariants.hpp"
#include "sched/machine/sim/virtual_cpu.hpp"

namespace loopsteal {

/// State of a worker at the end of a run that makes no progress.
struct WorkerDoing {
  VirtualCpu::State state;
  TimePoint until = kForever;  ///< Its next event, if it has one.
  std::size_t queued = 0;      ///< Jobs in its queue.
};

/// Not synchronised.
class Watchdog {
 public:
  static constexpr double kSearches = 16;
  static constexpr std::uint64_t kMoves = 100;
  /// Number of workers with a sentence each; the others are counted.
  static constexpr std::size_t kSentences = 16;

  /// The run at one moment.
  struct Sight {
    TimePoint now;
    bool job_under_way = false;      ///< A worker computes, or is about to run a job.
    bool something_to_come = false;  ///< A timer, a request, a call or a client is due later.
    std::uint64_t progress = 0;      ///< Jobs begun and turns of devices, so far.
    std::uint64_t ready = 0;         ///< Jobs that are ready or travel to a thief.
    std::uint64_t moved = 0;         ///< Jobs stolen so far.
  };
  enum class Verdict : std::uint8_t {
    fine,
    waits_for_ever,  ///< No job is ready, and nothing is to come.
    no_progress,     ///< Jobs are ready, and none begins.
  };

  /// The number of events between checks is so large that a check of every worker costs almost
  /// nothing.
  explicit Watchdog(WorkerId workers) noexcept
      : workers_(workers),
        interval_(std::max<std::uint64_t>(kIntervalMin, 4 * std::uint64_t{workers})) {}

  void begin_run(TimePoint now) noexcept {
    left_ = interval_;
    quiet_events_ = 0;
    explained_ = latest_ = {.now = now};
  }

  /// Counts an event. True: it is time for a check.
  [[nodiscard]] bool count_event() noexcept { return --left_ == 0; }

  template <class P>
  [[nodiscard]] Verdict look(const Sight& sight, const P& policy, const CostModel& costs) {
    return look(sight, policy.longest_search(workers_), costs);
  }
  [[nodiscard]] Verdict look(const Sight& sight, const LongestSearch& search,
                             const CostModel& costs);

  /// Longest time of a worker's search for work, in ns: each look costs as much as all operations
  /// together.
  [[nodiscard]] static double longest_search(const LongestSearch& search, CostModel costs);

  /// Message for the user. `workers` are those of the run, in their order.
  [[nodiscard]] std::string complaint(Verdict verdict, const Sight& sight,
                                      std::span<const WorkerDoing> workers) const;

 private:
  static constexpr std::uint64_t kIntervalMin = 1 << 14;

  const WorkerId workers_;
  const std::uint64_t interval_;
  std::uint64_t left_ = 0;          ///< Events to the next check.
  std::uint64_t quiet_events_ = 0;  ///< Since time passed or a job began.
  Sight explained_{};               ///< The last one that was explained.
  Sight latest_{};
};

/// The run at `now`. `next_request`: time at which the next request completes, anywhere.
template <Policy P>
Watchdog::Sight sight_of(const P& policy, TimePoint now, std::span<const VirtualCpu> cpus,
                         const SimInvariants& invariants, std::uint64_t device_turns,
                         bool device_to_come, TimePoint next_request) {
  const std::optional<TimePoint> timer = policy.next_timer();
  const TimePoint next = std::min(next_request, timer.value_or(kForever));
  Watchdog::Sight sight{.now = now,
                        .something_to_come = device_to_come || !timer || next != kForever,
                        .progress = device_turns,
                        .ready = invariants.ready(),
                        .moved = invariants.moved()};
  // A worker has to notice what is due, so it counts like a ready job.
  if (next <= now) ++sight.ready;
  for (const VirtualCpu& cpu : cpus) {
    sight.progress += cpu.stats.poll_count;
    sight.job_under_way = sight.job_under_way || cpu.state == VirtualCpu::State::computing ||
                          cpu.state == VirtualCpu::State::beginning;
  }
  return sight;
}

/// State of each worker. Queries the policy, which must not be charged for it.
template <Policy P>
std::vector<WorkerDoing> what_they_do(const P& policy, std::span<const VirtualCpu> cpus,
                                      const EventList& events) {
  std::vector<WorkerDoing> all;
  all.reserve(cpus.size());
  for (WorkerId w = 0; w < cpus.size(); ++w)
    all.push_back(
        {cpus[w].state, events.scheduled(w) ? events.at(w) : kForever, policy.queue_depth(w)});
  return all;
}

}  // namespace loopsteal
