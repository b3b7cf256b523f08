// Operations and other costs that virtual time can charge a run for, and sets of them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "sched/core/measurement.hpp"

namespace loopsteal {

/// Costs that are not operations of a policy. Their numbers follow those of Op.
enum class Charge : std::uint8_t {
  run = static_cast<std::uint8_t>(Op::count_),
  moved,
  spawn,
  lock,
  wake_up,
  nap,
  timer_wake_up,
  client_late,
  client,
  count_
};
inline constexpr std::size_t kCharges = static_cast<std::size_t>(Charge::count_);

/// Number of an operation or of another charge: one of kCharges.
struct ChargeId {
  std::uint8_t number;
  // Implicit, so that a set is written {Op::push_local, Charge::run}.
  constexpr ChargeId(Op op) noexcept : number(static_cast<std::uint8_t>(op)) {}
  constexpr ChargeId(Charge charge) noexcept : number(static_cast<std::uint8_t>(charge)) {}
  friend constexpr bool operator==(ChargeId, ChargeId) = default;
};

/// A set of operations and other charges.
class Charges {
 public:
  constexpr Charges() noexcept = default;
  constexpr Charges(std::initializer_list<ChargeId> ids) noexcept {
    for (const ChargeId id : ids) add(id);
  }
  static constexpr Charges all() noexcept { return Charges((std::uint32_t{1} << kCharges) - 1); }

  constexpr void add(ChargeId id) noexcept { bits_ |= std::uint32_t{1} << id.number; }
  constexpr void remove(ChargeId id) noexcept { bits_ &= ~(std::uint32_t{1} << id.number); }
  [[nodiscard]] constexpr bool contains(ChargeId id) const noexcept {
    return (bits_ >> id.number & 1) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }

  friend constexpr Charges operator|(Charges a, Charges b) noexcept {
    return Charges(a.bits_ | b.bits_);
  }
  friend constexpr Charges operator&(Charges a, Charges b) noexcept {
    return Charges(a.bits_ & b.bits_);
  }
  friend constexpr bool operator==(Charges, Charges) = default;

 private:
  static_assert(kCharges < 32);
  constexpr explicit Charges(std::uint32_t bits) noexcept : bits_(bits) {}
  std::uint32_t bits_ = 0;
};

/// Charges of a policy's runs in virtual time, so that a cost model that lacks one of them is
/// refused before the run. Each policy declares them with its options.
struct PolicyCharges {
  Charges every_run;  ///< Every run in which one job makes another ready has these.
  Charges some_run;   ///< Any charge of any run, including `every_run`.
};

/// Charges that a workload may cause under any policy: spawns, timers, I/O, clients outside, and
/// sleeps between them. `nap` is not among them, as it is a reduction: if it is unknown, wake-ups
/// cost the full amount.
inline constexpr Charges kCommonCharges = {
    Charge::spawn,       Op::timer_insert, Op::timer_cancel,
    Op::timer_fire,      Op::poll,         Charge::timer_wake_up,
    Charge::client_late, Charge::client,   Charge::moved,
    Charge::wake_up,     Op::park};

}  // namespace loopsteal
