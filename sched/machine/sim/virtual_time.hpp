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
  /// `patience`: see stands_still(); 0 is no end of it.
  explicit VirtualTime(const CostModel& costs, std::uint64_t patience = 0)
      : costs_(costs), priced_(!costs.free()), patience_(patience), steps_left_(patience) {}

  /// What an earlier run was billed for, and how long it stood still, is forgotten.
  void begin_run() noexcept {
    bill_ = {};
    steps_left_ = patience_;
    looked_at_ = kForever;
  }

  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  /// A new turn, with nothing on its bill.
  void pass_to(TimePoint now) noexcept {
    now_ = now;
    bill_ = {};
  }

  /// Counts a step. True: time has not passed for `patience` steps at least, and for fewer than
  /// twice as many.
  [[nodiscard]] bool stands_still() noexcept {
    if (--steps_left_ != 0) [[likely]]
      return false;
    steps_left_ = patience_;
    return std::exchange(looked_at_, now_) == now_;
  }

  [[nodiscard]] const CostModel& costs() const noexcept { return costs_; }
  /// Whether anything costs anything.
  [[nodiscard]] bool priced() const noexcept { return priced_; }

  void open_bill(Duration first = {}) noexcept { bill_ = first; }
  void charge(Op op, std::uint64_t n) noexcept {
    bill_ += costs_.of(op) * static_cast<std::int64_t>(n);
  }
  void charge(Duration cost) noexcept { bill_ += cost; }
  [[nodiscard]] Duration bill() const noexcept { return bill_; }

  /// What `look` does costs nothing, the locks that it takes included: an observer's question must
  /// not change the run.
  template <class F>
  auto unbilled(F look) {
    struct Restored {
      VirtualTime& time;
      bool priced;
      ~Restored() { time.priced_ = priced; }
    };
    const Restored restored{*this, std::exchange(priced_, false)};
    return look();
  }

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
  bool priced_;
  const std::uint64_t patience_;
  std::uint64_t steps_left_;        ///< Until the next look at whether time has passed.
  TimePoint looked_at_ = kForever;  ///< The time at the last look.
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
