// Operations that no run of a policy shows alone, measured separately in a loop: their data is in
// the nearest cache, so these are minimum values.
#pragma once

#include <cstdint>

namespace loopsteal {

/// Locking and unlocking an uncontended std::mutex: ns each, of `times`.
double time_of_free_lock(std::uint32_t times);

/// A look into another worker's empty run queue: ns each, of `times`.
double time_of_vain_look(std::uint32_t times);

}  // namespace loopsteal
