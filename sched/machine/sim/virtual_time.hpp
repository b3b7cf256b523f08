// Time of a simulated machine, and the bill of the current turn.
#pragma once
#include <cstdint>
#include <utility>

#include "sched/core/measurement.hpp"
#include "sched/core/time.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// The cost of the current turn so far delays what follows it; time itself passes only between
/// turns. Not synchronised.
class VirtualTime {
 public:
  /// `patience`: see stands_still(); 0 means no limit.
  explicit VirtualTime(const CostModel& costs, std::uint64_t patience = 0)
      : costs_(costs), priced_(!costs.free()), patience_(patience), steps_left_(patience) {}

  /// Forgets the bill and the standstill of an earlier run.
  void begin_run() noexcept {
    bill_ = {};
    billed_ = {};
    run_ends_ = false;
    steps_left_ = patience_;
    looked_at_ = kForever;
  }

  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  /// Begins a new turn, with an empty bill.
  void pass_to(TimePoint now) noexcept {
    now_ = now;
    bill_ = {};
  }

  /// Counts a step. True: time has not passed for at least `patience` steps, and for fewer than
  /// twice as many.
  [[nodiscard]] bool stands_still() noexcept {
    if (--steps_left_ != 0) [[likely]]
      return false;
    steps_left_ = patience_;
    return std::exchange(looked_at_, now_) == now_;
  }

  [[nodiscard]] const CostModel& costs() const noexcept { return costs_; }
  /// True if any cost is not zero.
  [[nodiscard]] bool priced() const noexcept { return priced_; }

  void open_bill(Duration first = {}) noexcept { bill_ = first; }
  /// The machine counts operations, so check_costs_known() gets their numbers.
  void charge(Op op, std::uint64_t n) noexcept {
    bill_ += costs_.of(op) * static_cast<std::int64_t>(n);
  }
  void charge(Duration cost) noexcept { bill_ += cost; }

  // ---- Charges without counters are recorded, so that a run knows which entries it needed ------

  void charge_unpark() noexcept {
    note(Op::unpark);
    charge(Op::unpark, 1);
  }
  void charge_spawn() noexcept {
    note(Charge::spawn);
    bill_ += costs_.spawn;
  }
  void charge_lock() noexcept {
    note(Charge::lock);
    bill_ += costs_.lock;
  }
  [[nodiscard]] Duration wake_up(Duration slept) noexcept {
    note(Charge::wake_up);
    return costs_.of_wake_up(slept);
  }
  [[nodiscard]] Duration timer_wake_up(Duration slept) noexcept {
    note(Charge::timer_wake_up);
    return costs_.of_timer_wake_up(slept);
  }
  [[nodiscard]] Duration client_late() noexcept {
    note(Charge::client_late);
    return costs_.client_late;
  }
  [[nodiscard]] Duration client() noexcept {
    note(Charge::client);
    return costs_.client;
  }
  /// From now on the workers leave, and the cost of that changes nothing.
  void end_run() noexcept { run_ends_ = true; }

  /// Throws UnknownCosts if the run was charged for entries that the model does not have. Tokens of
  /// unpark() are counted, too, and cost nothing; the root task always comes from outside.
  void check_costs_known(const Measurement& counted) const {
    if (costs_.unknown.empty()) return;
    Charges billed = billed_;
    billed.add(Charge::run);
    std::uint64_t moved = 0;
    for (const WorkerStats& worker : counted.workers) {
      moved += worker.poll_count - worker.local_run_count;
      for (std::size_t i = 0; i < kOps; ++i)
        if (const Op op = static_cast<Op>(i); op != Op::unpark && worker[op] != 0) billed.add(op);
    }
    if (moved > 1) billed.add(Charge::moved);
    if (const Charges unknown = billed & costs_.unknown; !unknown.empty())
      throw UnknownCosts(unknown);
  }
  [[nodiscard]] Duration bill() const noexcept { return bill_; }

  /// Runs `look` without charges, including those of the locks that it takes: an observer must not
  /// change the run.
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

  /// Time at which all charges so far have passed.
  [[nodiscard]] TimePoint paid() noexcept { return after(now_, bill_); }

  /// `t` plus `d`. Beyond the end of time, the result is the end of time, and overflowed() is true.
  [[nodiscard]] TimePoint after(TimePoint t, Duration d) noexcept {
    if (d <= kForever - t) [[likely]]
      return t + d;
    overflowed_ = true;
    return kForever;
  }
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

 private:
  void note(Charges charges) noexcept {
    if (!run_ends_) billed_ = billed_ | charges;
  }
  void note(ChargeId id) noexcept { note(Charges{id}); }

  const CostModel costs_;
  bool priced_;
  const std::uint64_t patience_;
  std::uint64_t steps_left_;        ///< Until the next check whether time has passed.
  TimePoint looked_at_ = kForever;  ///< Time at the last check.
  TimePoint now_{};
  Duration bill_{};
  bool overflowed_ = false;
  bool run_ends_ = false;
  Charges billed_{};
};

/// First come, first served: a worker that finds it held waits, and is charged for the wait.
class VirtualMutex {
 public:
  explicit VirtualMutex(VirtualTime& time) noexcept : time_(time) {}

  void lock() noexcept {
    if (!time_.priced()) return;
    const TimePoint here = time_.paid();
    if (free_at_ > here) time_.charge(free_at_ - here);
    time_.charge_lock();
  }
  void unlock() noexcept {
    if (time_.priced()) free_at_ = time_.paid();
  }

 private:
  VirtualTime& time_;
  TimePoint free_at_{};
};

}  // namespace loopsteal
