// Schedulers whose operations are the same code. They share tables of a cost file, and calibration
// measures one of them. Made from the schedulers' traits (SchedulerTraits).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sched/core/charges.hpp"

namespace loopsteal {

struct CostFamily {
  std::string_view name;
  std::string_view alone;       ///< Scheduler for runs on one worker: the first of the family.
  std::string_view several;     ///< Scheduler for runs on several workers: the first that supports
                                ///< them.
  std::string_view sleeps_as;   ///< Family that sleeps and wakes in the same places; else its own.
  bool shares_nothing = false;  ///< Each worker serves only the jobs placed on it: loops.
  bool depth_first = false;
  PolicyCharges charges;                                   ///< Of `several` on two workers.
  std::span<const std::string_view> stealing_probes = {};  ///< Settings of `several`.

  [[nodiscard]] bool sleeps_by_itself() const noexcept { return sleeps_as == name; }
  [[nodiscard]] bool charges_for(ChargeId id) const noexcept {
    return charges.some_run.contains(id);
  }
};

/// All families, in the order of the catalog. Any thread.
std::span<const CostFamily> cost_families();

/// The family of that scheduler's spec. Throws std::invalid_argument if it declares none.
const CostFamily& family_of_spec(std::string_view spec);

/// The family of that name. Throws std::invalid_argument if there is none.
const CostFamily& family_named(std::string_view name);

/// The first family that shares nothing: its workers do only what is the same for all families.
/// Throws std::invalid_argument if there is none.
const CostFamily& family_of_loops();

}  // namespace loopsteal
