// Jobs that wait for each other: a directed acyclic graph whose nodes take time.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sched/core/time.hpp"

namespace loopsteal {

struct DagJob {
  std::string name;
  Duration time{};                      ///< Duration of the job; 0 or more.
  std::vector<std::uint32_t> before{};  ///< Jobs that have to be done first, by their place.
};

/// A list of jobs that can be done in some order. Immutable once made.
class Dag {
 public:
  using Place = std::uint32_t;  ///< Index of a job in the list, from 0.

  /// Errors begin with `source`. Throws SpecError for an empty list, more than 2^31 jobs, a
  /// negative time, times that add up to more than 2^62 ns, and a cycle, with its members.
  Dag(std::vector<DagJob> jobs, const std::string& source);

  /// `side` * `side` jobs that take `time` each. Every job waits for its left and its upper
  /// neighbour, so at most `side` jobs can run at a time.
  [[nodiscard]] static Dag wavefront(std::uint32_t side, Duration time);

  [[nodiscard]] std::span<const DagJob> jobs() const noexcept { return jobs_; }

  /// Jobs that wait for `job`, in the order of the list. A job that names it twice is there twice.
  [[nodiscard]] std::span<const Place> after(Place job) const noexcept {
    return std::span(after_).subspan(first_after_[job], first_after_[job + 1] - first_after_[job]);
  }

  /// Time that one worker needs for all jobs (T1).
  [[nodiscard]] Duration total_time() const noexcept { return total_; }
  /// Time that unlimited workers need: the longest path (T-infinity).
  [[nodiscard]] Duration critical_path() const noexcept { return critical_path_; }

 private:
  void link();
  void walk(const std::string& source);
  [[nodiscard]] std::string cycle_among(const std::vector<std::uint32_t>& waits_for) const;

  std::vector<DagJob> jobs_;
  std::vector<Place> after_;              // Of all jobs, one part after the other.
  std::vector<std::size_t> first_after_;  // By job, and one more: the beginning of its part.
  Duration total_{};
  Duration critical_path_{};
};

}  // namespace loopsteal
