// The schedulers, or the workloads, that a grid spans: every combination of the values of their
// knobs, each known to be one that can be made.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/sweep/grid_file.hpp"
#include "sched/core/config/spec.hpp"

namespace loopsteal {

/// One of them, and where its name stands.
struct SpecChoice {
  Spec spec;
  Place place;
};

/// What is known of the specs to be chosen from.
struct SpecRules {
  std::function<void(const Spec&)> check;  ///< Throws SpecError for what cannot be made.
  std::function<bool(std::string_view owner, std::string_view key)> knows;  ///< Such a knob.
};

/// Every combination, as they vary when read from left to right, the last knob fastest. Throws
/// SpecError "FILE:LINE:COLUMN: ..." that points at the name, the key or the value that is wrong,
/// or at the name where only the combination is.
std::vector<SpecChoice> choices_of(const std::vector<PlacedSpec>& specs, const std::string& file,
                                   const SpecRules& rules);

}  // namespace loopsteal
