// The cost model of a virtual run, as a user names it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

/// What the operations of a scheduler cost in virtual time, and what that is called in results.
struct Costs {
  /// Canonical: "zero", "zero,iteration=500us", "reference@1c9e33f0". What stands behind the '@' is
  /// a hash of all values, so that results of different files are not taken for like ones.
  std::string name = "zero";
  CostModel model;
  /// Of schedulers whose own queues cost something else than `model` says.
  std::vector<std::pair<std::string, CostModel>> of_scheduler = {};

  /// The same with the model of that scheduler in `model`: its own, that of the loops for both
  /// kinds of event loops, or the common one.
  [[nodiscard]] Costs for_scheduler(std::string_view scheduler) const;

  friend bool operator==(const Costs&, const Costs&) = default;
};

/// Reads "zero", "reference" (the model that is compiled in, from results/costs/reference.toml) or
/// the name of a file "FILE.toml" (costs_file.hpp), optionally followed by "@HASH", which then must
/// be that of its values, and by ",ENTRY=DURATION" for single entries of all schedulers (see
/// cost_entries()). Throws SpecError for unknown names, with the nearest, for durations that are
/// none, negative ones included, and for files that cannot be read or mean nothing.
Costs parse_costs(std::string_view text);

}  // namespace loopsteal
