// The clock of real threads.
#pragma once
#include <ctime>

#include "sched/core/time.hpp"

namespace loopsteal {

/// CLOCK_MONOTONIC, which futexes and timer descriptors also use.
[[nodiscard]] inline TimePoint monotonic_now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return TimePoint(Duration(now.tv_sec * 1'000'000'000 + now.tv_nsec));
}

[[nodiscard]] constexpr timespec to_timespec(Duration duration) noexcept {
  return {.tv_sec = duration.count() / 1'000'000'000, .tv_nsec = duration.count() % 1'000'000'000};
}

}  // namespace loopsteal
