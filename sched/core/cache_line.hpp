// Size of the unit in which cores exchange memory.
#pragma once
#include <cstddef>

namespace loopsteal {

/// Not std::hardware_destructive_interference_size: it may differ between translation units.
inline constexpr std::size_t kCacheLineBytes = 64;

}  // namespace loopsteal
