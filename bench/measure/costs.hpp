// The cost model of a virtual run, as a user names it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sched/core/config/spec.hpp"
#include "sched/core/job.hpp"
#include "sched/machine/sim/cost_model.hpp"
#include "sched/machine/sim/os_noise.hpp"

namespace loopsteal {

/// What the operations of a scheduler cost in virtual time, and what that is called in results.
struct Costs {
  /// Canonical: "zero", "zero,iteration=500us", "reference@1c9e33f0". What stands behind the '@' is
  /// a hash of all values, so that results of different files are not taken for like ones.
  std::string name = "zero";
  CostModel model;
  /// Of cost families, and of schedulers by name, whose operations cost something else than `model`
  /// says. With any of these, `model` holds for no scheduler that declares no family.
  std::vector<std::pair<std::string, CostModel>> of_scheduler = {};
  NoiseOptions noise = {};  ///< What the operating system takes besides.

  /// The same with the model of that scheduler in `model`: its own, its cost family's, or the
  /// common one. All entries are unknown if there are tables of families and the scheduler declares
  /// none.
  [[nodiscard]] Costs for_scheduler(std::string_view scheduler) const;

  friend bool operator==(const Costs&, const Costs&) = default;
};

/// Throws UnknownCosts, with a remedy, if every run of `scheduler` on so many workers is billed for
/// entries that `costs`, which for_scheduler() has returned, do not have.
void check_costs_known(const Spec& scheduler, WorkerId workers, const Costs& costs);

/// What such a run has been billed for in vain, with the scheduler, the costs and the remedy.
[[nodiscard]] UnknownCosts explained(Charges unknown, const Spec& scheduler, const Costs& costs);

/// Makes a run of `scheduler` in virtual time; UnknownCosts that it throws are explained.
template <class Run>
auto with_explained_costs(const Spec& scheduler, const Costs& costs, Run&& run) {
  try {
    return run();
  } catch (const UnknownCosts& error) {
    throw explained(error.charges(), scheduler, costs);
  }
}

/// The numbers of the noise, by the names they have behind a cost model.
struct NoiseEntry {
  std::string_view name;
  std::string_view help;
  Duration NoiseOptions::*member;
};
std::span<const NoiseEntry> noise_entries();

/// Reads "zero", a model that is compiled in ("reference", "cpython-3.11" and the others of
/// results/costs) or the name of a file "FILE.toml" (costs_file.hpp), optionally followed by
/// "@HASH", which then must be that of its values, and by ",ENTRY=DURATION" for single entries of
/// all schedulers (see cost_entries()) or of the noise (see noise_entries()). An entry that the
/// model does not have becomes known that way. Throws SpecError for
/// unknown names, with the nearest, for durations that are none, negative ones included, and for
/// files that cannot be read or mean nothing.
Costs parse_costs(std::string_view text);

}  // namespace loopsteal
