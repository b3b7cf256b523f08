// Occupancy: the set of workers that may have jobs, if one thread runs all workers. A search tests
// sixty-four workers at a time.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "sched/core/job.hpp"

namespace loopsteal {

/// Same interface as NoCensus (sched/census.hpp), with real data. Two levels of bits: a search over
/// 10,000 workers without jobs looks at three words.
class SimCensus {
 public:
  explicit SimCensus(WorkerId workers)
      : words_((workers + 63) / 64), groups_((workers + 4095) / 4096) {}

  void may_have(WorkerId worker) noexcept {
    words_[worker / 64] |= bit(worker);
    groups_[worker / 4096] |= bit(worker / 64);
  }

  void has_none(WorkerId worker) noexcept {
    if ((words_[worker / 64] &= ~bit(worker)) == 0) groups_[worker / 4096] &= ~bit(worker / 64);
  }

  [[nodiscard]] WorkerId fruitless(WorkerId first, WorkerId end) const noexcept {
    const WorkerId found = next(first);
    return (found < end ? found : end) - first;
  }

 private:
  static constexpr std::uint64_t bit(WorkerId place) noexcept {
    return std::uint64_t{1} << (place % 64);
  }
  /// The bits of a word from `place` on.
  static constexpr std::uint64_t from(std::uint64_t word, WorkerId place) noexcept {
    return word & (~std::uint64_t{0} << (place % 64));
  }

  /// The first worker from `first` on that may have jobs, or kNoWorker.
  [[nodiscard]] WorkerId next(WorkerId first) const noexcept {
    const WorkerId word = first / 64;
    if (word >= words_.size()) return kNoWorker;
    if (const std::uint64_t here = from(words_[word], first); here != 0)
      return word * 64 + static_cast<WorkerId>(std::countr_zero(here));
    return first_of_words(word + 1);
  }

  [[nodiscard]] WorkerId first_of_words(WorkerId word) const noexcept {
    for (WorkerId group = word / 64; group < groups_.size(); ++group) {
      const std::uint64_t later = group == word / 64 ? from(groups_[group], word) : groups_[group];
      if (later == 0) continue;
      const WorkerId found = group * 64 + static_cast<WorkerId>(std::countr_zero(later));
      return found * 64 + static_cast<WorkerId>(std::countr_zero(words_[found]));
    }
    return kNoWorker;
  }

  std::vector<std::uint64_t> words_;   ///< One bit per worker.
  std::vector<std::uint64_t> groups_;  ///< One bit per word: it is not zero.
};

}  // namespace loopsteal
