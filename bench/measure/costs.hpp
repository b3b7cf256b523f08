// The cost model of a virtual run, as a user names it.
#pragma once

#include <string>
#include <string_view>

#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// What the operations of a scheduler cost in virtual time, and what that is called in results.
struct Costs {
  std::string name = "zero";  ///< Canonical: "zero", "zero,iteration=500us".
  CostModel model;

  friend bool operator==(const Costs&, const Costs&) = default;
};

/// Reads "zero", optionally followed by ",ENTRY=DURATION" for single entries (see cost_entries()).
/// Throws SpecError for unknown names, with the nearest, and for durations that are none, negative
/// ones included.
Costs parse_costs(std::string_view text);

}  // namespace loopsteal
