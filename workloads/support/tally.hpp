// Proof that every task ran: one counter per task, so that counting adds no contention to the
// measurement.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sched/core/coro/task.hpp"
#include "sched/core/coro/verbs.hpp"

namespace loopsteal {

/// Number of runs of each task. A task writes only its own counter.
class Tally {
 public:
  explicit Tally(std::size_t places) : runs_(places) {}

  [[nodiscard]] std::uint32_t& operator[](std::size_t place) noexcept { return runs_[place]; }

  /// Runs of all tasks together. Call after the run.
  [[nodiscard]] std::uint64_t total() const noexcept {
    return std::accumulate(runs_.begin(), runs_.end(), std::uint64_t{0});
  }

  /// True if each task ran `times` times. Call after the run.
  [[nodiscard]] bool each_ran(std::uint32_t times) const noexcept {
    return std::ranges::all_of(runs_, [times](std::uint32_t runs) { return runs == times; });
  }

 private:
  std::vector<std::uint32_t> runs_;
};

/// Empty task of the spawning benchmarks: it only records its run. `work` comes from to_account().
inline Task<void> note_run(std::uint32_t& runs, Work work) {
  if (work.ns > 0) [[unlikely]]
    co_await accounted(work);
  ++runs;
}

}  // namespace loopsteal
