// Measurements that no machine made: what is true of each candidate is known, and how much was
// measured is counted.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>

#include "bench/advise/evidence.hpp"
#include "sched/core/random/mix.hpp"

namespace loopsteal {

class MadeUp {
 public:
  /// The true value of a candidate, and by how much a replication is off at most.
  struct Truth {
    double value = 0;
    double noise = 0;
  };

  /// The limit is 100, of every candidate.
  explicit MadeUp(std::function<Truth(const Candidate&)> truth) : truth_(std::move(truth)) {}

  Measure measure() {
    return [this](const Candidate& candidate, std::uint32_t first, std::uint32_t count) {
      Evidence evidence;
      evidence.readings.emplace_back();
      const Truth truth = truth_(candidate);
      for (std::uint32_t k = first; k < first + count; ++k) {
        // Replication k is as lucky for all.
        const double luck =
            static_cast<double>(mix64(k + 1) >> 11) / static_cast<double>(1ull << 53);
        const double value = truth.value + truth.noise * (2 * luck - 1);
        evidence.readings.back().push_back({value, value - 100});
      }
      replications_[candidate] += count;
      return evidence;
    };
  }

  std::uint32_t replications_of(const Candidate& candidate) const {
    const auto found = replications_.find(candidate);
    return found == replications_.end() ? 0 : found->second;
  }

 private:
  std::function<Truth(const Candidate&)> truth_;
  std::map<Candidate, std::uint32_t> replications_;
};

}  // namespace loopsteal
