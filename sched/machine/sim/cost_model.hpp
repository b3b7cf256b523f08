// Costs of a scheduler's operations in virtual time.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "sched/core/charges.hpp"
#include "sched/core/config/spec.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Durations, none negative. By default all are known to be zero: the pure algorithm, for
/// comparison with theory. An entry may also be unknown; a run that is charged for it fails.
struct CostModel {
  /// Cost of each operation, every time it is charged.
  std::array<Duration, kOps> ops{};
  Duration run{};      ///< Resuming a job, and returning from it.
  Duration lock{};     ///< Taking and returning a free lock; the wait for a held one is extra.
  Duration moved{};    ///< Running a job that was made ready elsewhere, in addition to `run`.
  Duration spawn{};    ///< Creating and ending a task: its frame and its join.
  Duration wake_up{};  ///< From an unpark to the parked worker's next step.
  Duration nap{};  ///< Reduction of both wake-ups for sleeps shorter than kShortIdle; at most all.
  Duration timer_wake_up{};  ///< From a deadline or finished I/O to the parked worker's next step.
  Duration client_late{};    ///< From the deadline of a sleeping client to when it sends.
  /// CPU time taken from a worker per client turn when no worker sleeps.
  Duration client{};
  /// Entries with unknown costs; their durations are zero and mean nothing.
  Charges unknown{};

  /// An idle CPU does not halt at once: Linux lets it poll for some tens of microseconds.
  static constexpr Duration kShortIdle{20'000};
  [[nodiscard]] Duration of_wake_up(Duration slept) const noexcept {
    return after_sleep(wake_up, slept);
  }
  [[nodiscard]] Duration of_timer_wake_up(Duration slept) const noexcept {
    return after_sleep(timer_wake_up, slept);
  }

  [[nodiscard]] Duration of(Op op) const noexcept { return ops[static_cast<std::size_t>(op)]; }

  /// Cost of running a job that was made ready here, or elsewhere.
  [[nodiscard]] Duration of_run(bool here) const noexcept { return here ? run : run + moved; }

  /// True if all costs are zero and known.
  [[nodiscard]] bool free() const noexcept { return *this == CostModel{}; }

  friend bool operator==(const CostModel&, const CostModel&) = default;

 private:
  [[nodiscard]] Duration after_sleep(Duration all, Duration slept) const noexcept {
    return slept < kShortIdle ? std::max(all - nap, Duration::zero()) : all;
  }
};

/// One number of a CostModel, by its name in files and on the command line.
struct CostEntry {
  std::string_view name;
  std::string_view help;
  Duration& (*of)(CostModel&) noexcept;
  ChargeId id;

  [[nodiscard]] bool known_in(const CostModel& model) const noexcept {
    return !model.unknown.contains(id);
  }
  void set(CostModel& model, Duration value) const noexcept {
    of(model) = value;
    model.unknown.remove(id);
  }
};

/// All entries, in the order in which they are printed.
[[nodiscard]] std::span<const CostEntry> cost_entries() noexcept;

/// The model in which no entry is known.
[[nodiscard]] CostModel unknown_costs() noexcept;

/// "push_remote, pop_remote and lock".
[[nodiscard]] std::string names_of(Charges charges);

/// A run was, or would be, charged for entries that its cost model does not have.
class UnknownCosts : public SpecError {
 public:
  explicit UnknownCosts(Charges charges);
  UnknownCosts(Charges charges, const std::string& sentence)
      : SpecError(sentence), charges_(charges) {}
  [[nodiscard]] Charges charges() const noexcept { return charges_; }

 private:
  Charges charges_;
};

}  // namespace loopsteal
