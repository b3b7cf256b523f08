// What a comparison comes to, in two or three sentences that need no knowledge of scheduling.
//
// Every word is derived from the Report: who won how often and by how much, where stealing helped,
// where it cost, and how far the numbers carry.
#pragma once

#include <string>
#include <vector>

#include "bench/measure/report.hpp"

namespace loopsteal {

/// Sentences to print one below the other; none for a report without comparisons.
std::vector<std::string> findings(const Report& report);

/// What limits the claims: failures, ties too wide to be called equal, too few repetitions.
std::vector<std::string> caveats(const Report& report);

}  // namespace loopsteal
