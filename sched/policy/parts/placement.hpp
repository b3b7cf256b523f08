// Which worker a job is put on when it has a choice: the dispatchers of queueing theory.
#pragma once
#include <atomic>
#include <cstdint>

#include "sched/core/job.hpp"
#include "sched/core/random/mix.hpp"
#include "sched/core/random/random.hpp"

namespace loopsteal {

/// injector: on none, in the queue that all workers share. jsq: the one with the fewest jobs of
/// some drawn at random. skewed: worker 0 gets a share of its own, the others what is left.
enum class Placement : std::uint8_t {
  injector,
  round_robin,
  hash,
  least_loaded,
  random,
  jsq,
  skewed
};

struct PlacementOptions {
  Placement placement = Placement::round_robin;
  std::uint32_t choices = 2;  ///< Of jsq: how many are drawn, with repetition.
  double hot_share = 0.7;     ///< Of skewed: what worker 0 gets.
};

/// Any thread. What is drawn for the n-th job placed depends on the seed and on n alone, and on
/// nothing that workers do.
template <class Atomics>
class Placer {
 public:
  Placer(const PlacementOptions& options, std::uint64_t seed, WorkerId workers) noexcept
      : options_(options), seed_(seed), workers_(workers) {}

  /// The next job's number.
  [[nodiscard]] std::uint64_t take_number() noexcept {
    // relaxed: only the spread matters, not which caller gets which number.
    return placed_.fetch_add(1, std::memory_order_relaxed);
  }

  /// Where job `number` goes. `load(worker)` says how many jobs a worker has, the one it runs
  /// included; jsq alone asks. Not for least_loaded, which has to know its workers better.
  template <class Load>
  [[nodiscard]] WorkerId place(std::uint64_t number, Load&& load) const noexcept {
    switch (options_.placement) {
      case Placement::hash:
        return static_cast<WorkerId>(mix64(number) % workers_);
      case Placement::random: {
        Stream random = stream(number);
        return below(random, workers_);
      }
      case Placement::jsq:
        return shortest(number, load);
      case Placement::skewed:
        return skewed(number);
      case Placement::injector:
      case Placement::least_loaded:
      case Placement::round_robin:
        break;
    }
    return static_cast<WorkerId>(number % workers_);
  }

 private:
  [[nodiscard]] Stream stream(std::uint64_t number) const noexcept {
    return {seed_, StreamRole::placement, number};
  }
  static WorkerId below(Stream& random, WorkerId bound) noexcept {
    return static_cast<WorkerId>(random.below(bound));
  }

  /// The first drawn of those with the fewest jobs.
  template <class Load>
  [[nodiscard]] WorkerId shortest(std::uint64_t number, Load& load) const noexcept {
    Stream random = stream(number);
    WorkerId best = below(random, workers_);
    std::size_t fewest = load(best);
    for (std::uint32_t i = 1; i < options_.choices; ++i) {
      const WorkerId worker = below(random, workers_);
      const std::size_t jobs = load(worker);
      if (jobs >= fewest) continue;
      best = worker;
      fewest = jobs;
    }
    return best;
  }

  [[nodiscard]] WorkerId skewed(std::uint64_t number) const noexcept {
    Stream random = stream(number);
    if (workers_ == 1 || random.uniform() < options_.hot_share) return 0;
    return 1 + below(random, workers_ - 1);
  }

  const PlacementOptions options_;
  const std::uint64_t seed_;
  const WorkerId workers_;
  typename Atomics::template Atomic<std::uint64_t> placed_{0};
};

}  // namespace loopsteal
