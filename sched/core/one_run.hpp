// At most one run of a scheduler at a time, and none while it is destroyed.
#pragma once
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace loopsteal {

/// Held by each scheduler. A second run() would drive the workers' state from two sets of threads.
class OneRun {
 public:
  constexpr OneRun() noexcept = default;
  OneRun(const OneRun&) = delete;
  OneRun& operator=(const OneRun&) = delete;

  /// A run under way, from its construction to its destruction.
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

  /// The first call of the scheduler's destructor. Ends the process with a sentence and status 1 if
  /// a run is under way: its workers would go on in freed memory. No handler or other destructor
  /// runs, since those workers may use what they destroy.
  void check_none() const noexcept {
    // acquire: pairs with the end of the last run.
    if (!under_way_.load(std::memory_order_acquire)) return;
    std::fputs(
        "loopsteal: a scheduler was destroyed while a run of it was under way: call stop() and "
        "wait until run() has returned\n",
        stderr);
    std::_Exit(EXIT_FAILURE);
  }

 private:
  std::atomic<bool> under_way_{false};
};

}  // namespace loopsteal
