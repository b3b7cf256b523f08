// Ensures at most one run of a scheduler at a time, and none during its destruction.
#pragma once
#include <atomic>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sched/core/assert.hpp"

namespace loopsteal {

/// Each scheduler has one. A second run() would use the workers' state from two sets of threads.
class OneRun {
 public:
  constexpr OneRun() noexcept = default;
  OneRun(const OneRun&) = delete;
  OneRun& operator=(const OneRun&) = delete;

  /// A current run, from its construction to its destruction.
  class [[nodiscard]] Turn {
   public:
    /// Throws std::logic_error if a run is under way.
    Turn(OneRun& owner, std::string_view scheduler) : owner_(owner) {
      // acquire, release below: the next run sees what this one wrote.
      if (owner_.under_way_.exchange(true, std::memory_order_acquire))
        throw std::logic_error(
            "run(): another run of the scheduler " + std::string(scheduler) +
            " is under way. Wait until it returns, or take a scheduler of its own for each run.");
    }
    ~Turn() { owner_.under_way_.store(false, std::memory_order_release); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    OneRun& owner_;
  };

  /// Call first in the scheduler's destructor. Aborts with a message if a run is under way: its
  /// workers would continue in freed memory.
  void check_none() const noexcept {
    // acquire: pairs with the end of the last run.
    LOOPSTEAL_CHECK(!under_way_.load(std::memory_order_acquire),
                    "a scheduler was destroyed while a run of it was under way: call stop() and "
                    "wait until run() has returned");
  }

 private:
  std::atomic<bool> under_way_{false};
};

}  // namespace loopsteal
