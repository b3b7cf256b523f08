// A comparison in a few sentences that need no knowledge of scheduling.
//
// All of them are derived from the Report: on how many workloads each scheduler won, tied and lost,
// by one metric at a time; the largest gain and loss; what stealing changed, where a control
// without stealing was measured; and what limits these claims.
#pragma once

#include <string>
#include <vector>

#include "bench/measure/report.hpp"

namespace loopsteal {

/// Sentences to print one below the other; none for a report without comparisons.
std::vector<std::string> findings(const Report& report);

/// What limits the claims: failures, ties too wide to be called equal, too few repetitions, and a
/// gain of a stealing scheduler that may be one of parallelism.
std::vector<std::string> caveats(const Report& report);

}  // namespace loopsteal
