// Proof that every task ran: one place a task, so that counting adds no contention to what is
// measured.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sched/core/task.hpp"
#include "sched/core/verbs.hpp"

namespace loopsteal {

/// How often each of a number of tasks ran. A task writes its own place only.
class Tally {
 public:
  explicit Tally(std::size_t places) : runs_(places) {}

  [[nodiscard]] std::uint32_t& operator[](std::size_t place) noexcept { return runs_[place]; }

  /// Runs of all tasks together. After the run.
  [[nodiscard]] std::uint64_t total() const noexcept {
    return std::accumulate(runs_.begin(), runs_.end(), std::uint64_t{0});
  }

  /// Whether each ran `times` times. After the run.
  [[nodiscard]] bool each_ran(std::uint32_t times) const noexcept {
    return std::ranges::all_of(runs_, [times](std::uint32_t runs) { return runs == times; });
  }

 private:
  std::vector<std::uint32_t> runs_;
};

/// The empty task of the spawning benches: it only says that it ran. `work` is
/// to_account() for.
inline Task<void> note_run(std::uint32_t& runs, Work work) {
  if (work.ns > 0) [[unlikely]]
    co_await accounted(work);
  ++runs;
}

}  // namespace loopsteal
