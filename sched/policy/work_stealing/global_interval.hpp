// How often a worker looks into the injector first: fixed, or so that at most about 200 µs pass
// between two looks (Tokio: runtime/scheduler/multi_thread/stats.rs).
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "sched/core/time.hpp"
#include "sched/policy/work_stealing/options.hpp"

namespace loopsteal {

class GlobalInterval {
 public:
  explicit GlobalInterval(std::uint32_t configured) noexcept
      : adaptive_(configured == WorkStealingOptions::kAdaptive),
        interval_(adaptive_ ? kInitial : configured) {}

  [[nodiscard]] bool adaptive() const noexcept { return adaptive_; }
  [[nodiscard]] std::uint32_t get() const noexcept { return interval_; }

  /// A batch of `jobs` took `elapsed`, the reading of the clock at its two ends included. What ran
  /// from the LIFO slot counts as part of the job before it.
  void learn(Duration elapsed, std::uint32_t jobs) noexcept {
    if (jobs == 0) return;
    const double mean = static_cast<double>(elapsed.count()) / jobs;
    const double kept = kKept[std::min(std::size_t{jobs}, kKept.size() - 1)];
    mean_job_ns_ = (1.0 - kept) * mean + kept * mean_job_ns_;
    const double fitting = kTargetNs / std::max(mean_job_ns_, 1.0);
    const auto tuned = static_cast<std::uint32_t>(std::clamp(fitting, kLeast, kMost));
    const std::uint32_t change = tuned > interval_ ? tuned - interval_ : interval_ - tuned;
    if (change > kHysteresis) interval_ = tuned;
  }

 private:
  // All of them Tokio's.
  static constexpr std::uint32_t kInitial = 61;
  static constexpr double kTargetNs = 200'000;
  static constexpr double kAlpha = 0.1;
  static constexpr double kLeast = 2, kMost = 127;
  static constexpr std::uint32_t kHysteresis = 2;

  /// What is left of an average after [n] samples of which each new one gets kAlpha; the last is
  /// next to nothing.
  static constexpr auto kKept = [] {
    std::array<double, 198> kept{1.0};
    for (std::size_t n = 1; n < kept.size(); ++n) kept[n] = kept[n - 1] * (1.0 - kAlpha);
    return kept;
  }();

  bool adaptive_;
  std::uint32_t interval_;
  double mean_job_ns_ = kTargetNs / kInitial;
};

}  // namespace loopsteal
