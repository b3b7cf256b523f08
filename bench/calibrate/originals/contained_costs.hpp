// Entries that cost a reference runtime nothing: it has no such operation, or the measurement of
// another entry contains it.
#pragma once

#include "bench/calibrate/originals/target.hpp"
#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// Adds the missing entries to the tables of the target's family, each with the reason why it is 0.
void add_contained(CostsFile& file, const OriginalTarget& target);

}  // namespace loopsteal
