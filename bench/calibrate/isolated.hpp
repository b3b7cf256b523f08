// Operations that no run of a policy shows alone, measured by themselves, over and over: their data
// is in the nearest cache, so these are the least that they can cost.
#pragma once

#include <cstdint>

namespace loopsteal {

/// Locking and unlocking a std::mutex that nobody else wants: ns each, of `times`.
double time_of_free_lock(std::uint32_t times);

/// A look into another worker's run queue that is empty: ns each, of `times`.
double time_of_vain_look(std::uint32_t times);

}  // namespace loopsteal
