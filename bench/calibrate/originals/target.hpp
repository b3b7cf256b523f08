// The originals whose costs can be learnt, and which of ours stands for each in virtual time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sched/core/job.hpp"

namespace loopsteal {

struct OriginalTarget {
  std::string_view name;       ///< "tokio-1.24"; its cost model goes by it, too.
  std::string_view version;    ///< What its server says of itself begins with this.
  std::string_view family;     ///< The cost family whose operations it has.
  bool compiled;               ///< Its programs are compiled, not interpreted.
  std::string_view scheduler;  ///< The spec that has its order.
  std::string_view two_loops;  ///< The spec of two loops of its kind; empty if it has no loops.
  WorkerId workers;            ///< At most, in what is run here.
};

[[nodiscard]] std::span<const OriginalTarget> original_targets() noexcept;

/// Their names, as --help and completion show them: "cpython-3.11|uvloop-0.17".
[[nodiscard]] std::string target_values();

/// Throws SpecError, with the nearest name, if there is none of that name.
[[nodiscard]] const OriginalTarget& original_target(std::string_view name);

}  // namespace loopsteal
