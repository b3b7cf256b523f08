// The set of workers that may have jobs.
//
// A worker that searches looks into one queue after the other. Among threads it must: only a look
// tells what another worker has at this moment. Where one thread runs all workers, the set is
// exact enough to go straight to a queue with jobs: the time of a search then grows with the work
// that is there, not with the number of workers. The search is charged for every look that it
// would have taken.
#pragma once
#include <bit>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "sched/core/job.hpp"

namespace loopsteal {

/// For machines with several threads: any worker may have jobs.
class NoOccupancy {
 public:
  explicit NoOccupancy(WorkerId /*workers*/) noexcept {}
  void add(WorkerId /*worker*/) noexcept {}
  void remove(WorkerId /*worker*/) noexcept {}
  [[nodiscard]] WorkerId next_nonempty(WorkerId from, WorkerId /*end*/) const noexcept {
    return from;
  }
};

/// Two levels of bits: a search over 10,000 workers without jobs looks at three words. One thread.
class OccupancySet {
 public:
  explicit OccupancySet(WorkerId workers)
      : words_((workers + 63) / 64), groups_((workers + 4095) / 4096) {}

  /// `worker` may have jobs, until remove() after a look that found none.
  void add(WorkerId worker) noexcept {
    words_[worker / 64] |= bit(worker);
    groups_[worker / 4096] |= bit(worker / 64);
  }

  void remove(WorkerId worker) noexcept {
    if ((words_[worker / 64] &= ~bit(worker)) == 0) groups_[worker / 4096] &= ~bit(worker / 64);
  }

  /// The first worker of [from, end) that may have jobs; `end` if there is none.
  [[nodiscard]] WorkerId next_nonempty(WorkerId from, WorkerId end) const noexcept {
    const WorkerId found = next(from);
    return found < end ? found : end;
  }

 private:
  static constexpr std::uint64_t bit(WorkerId place) noexcept {
    return std::uint64_t{1} << (place % 64);
  }
  /// The bits of a word from `place` on.
  static constexpr std::uint64_t from_place(std::uint64_t word, WorkerId place) noexcept {
    return word & (~std::uint64_t{0} << (place % 64));
  }

  /// The first worker from `first` on that may have jobs, or kNoWorker.
  [[nodiscard]] WorkerId next(WorkerId first) const noexcept {
    const WorkerId word = first / 64;
    if (word >= words_.size()) return kNoWorker;
    if (const std::uint64_t here = from_place(words_[word], first); here != 0)
      return word * 64 + static_cast<WorkerId>(std::countr_zero(here));
    return first_of_words(word + 1);
  }

  [[nodiscard]] WorkerId first_of_words(WorkerId word) const noexcept {
    for (WorkerId group = word / 64; group < groups_.size(); ++group) {
      const std::uint64_t later =
          group == word / 64 ? from_place(groups_[group], word) : groups_[group];
      if (later == 0) continue;
      const WorkerId found = group * 64 + static_cast<WorkerId>(std::countr_zero(later));
      return found * 64 + static_cast<WorkerId>(std::countr_zero(words_[found]));
    }
    return kNoWorker;
  }

  std::vector<std::uint64_t> words_;   ///< A bit a worker.
  std::vector<std::uint64_t> groups_;  ///< A bit a word: not zero.
};

/// What a policy on machine `M` keeps.
template <class M>
using Occupancy = std::conditional_t<M::Atomics::kOneThread, OccupancySet, NoOccupancy>;

}  // namespace loopsteal
