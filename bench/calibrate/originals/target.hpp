// Reference runtimes whose costs can be measured, and our scheduler for each in virtual time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sched/core/job.hpp"

namespace loopsteal {

struct OriginalTarget {
  std::string_view name;       ///< "tokio-1.24", also the name of its cost model.
  std::string_view version;    ///< Beginning of the version that its server reports.
  std::string_view family;     ///< The cost family with its operations.
  bool compiled;               ///< Its programs are compiled, not interpreted.
  std::string_view scheduler;  ///< The spec of our scheduler with its order.
  std::string_view two_loops;  ///< The spec of two loops of its kind; empty if it has no loops.
  WorkerId workers;            ///< Largest number in our runs.
};

[[nodiscard]] std::span<const OriginalTarget> original_targets() noexcept;

/// Their names, for --help and completion: "cpython-3.11|uvloop-0.17".
[[nodiscard]] std::string target_values();

/// Throws SpecError, with the nearest name, if there is none of that name.
[[nodiscard]] const OriginalTarget& original_target(std::string_view name);

}  // namespace loopsteal
