// Jobs that can be done now; the first in the list is taken first.
#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <vector>

#include "sched/core/assert.hpp"

namespace loopsteal {

/// A set of numbers that returns the smallest. Any thread; the lock is held for a few lines.
class ReadyList {
 public:
  void add(std::uint32_t place) {
    const std::lock_guard lock(mutex_);
    ready_.push(place);
  }

  /// Takes the smallest. The set must not be empty.
  [[nodiscard]] std::uint32_t take_first() {
    const std::lock_guard lock(mutex_);
    LOOPSTEAL_CHECK(!ready_.empty(), "somebody took more than was there");
    const std::uint32_t place = ready_.top();
    ready_.pop();
    return place;
  }

 private:
  std::mutex mutex_;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready_;
};

}  // namespace loopsteal
