// The time of a simulated machine, and the bill of whoever has its turn.
#pragma once
#include <cstdint>
#include <utility>

#include "sched/core/time.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// What the turn under way has cost so far delays what follows it; the time itself passes between
/// turns only. Not synchronised.
class VirtualTime {
 public:
  explicit VirtualTime(const CostModel& costs) : costs_(costs), priced_(!costs.free()) {}

  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  void pass_to(TimePoint now) noexcept { now_ = now; }

  [[nodiscard]] const CostModel& costs() const noexcept { return costs_; }
  /// Whether anything costs anything.
  [[nodiscard]] bool priced() const noexcept { return priced_; }

  void open_bill(Duration first = {}) noexcept { bill_ = first; }
  void charge(Op op, std::uint64_t n) noexcept {
    bill_ += costs_.of(op) * static_cast<std::int64_t>(n);
  }
  void charge(Duration cost) noexcept { bill_ += cost; }
  [[nodiscard]] Duration bill() const noexcept { return bill_; }

  /// When all that was charged so far has passed.
  [[nodiscard]] TimePoint paid() noexcept { return after(now_, bill_); }

  /// `t` plus `d`; what would lie beyond the end of time is its end, and overflowed().
  [[nodiscard]] TimePoint after(TimePoint t, Duration d) noexcept {
    if (d <= kForever - t) [[likely]]
      return t + d;
    overflowed_ = true;
    return kForever;
  }
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

 private:
  const CostModel costs_;
  const bool priced_;
  TimePoint now_{};
  Duration bill_{};
  bool overflowed_ = false;
};

/// First come, first served: whoever finds it held waits, and is billed for it.
class VirtualMutex {
 public:
  explicit VirtualMutex(VirtualTime& time) noexcept : time_(time) {}

  void lock() noexcept {
    if (!time_.priced()) return;
    const TimePoint here = time_.paid();
    if (free_at_ > here) time_.charge(free_at_ - here);
    time_.charge(time_.costs().lock);
  }
  void unlock() noexcept {
    if (time_.priced()) free_at_ = time_.paid();
  }

 private:
  VirtualTime& time_;
  TimePoint free_at_{};
};

}  // namespace loopsteal
