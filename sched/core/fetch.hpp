// Memory that will be needed soon, brought closer meanwhile.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sched/core/cache_line.hpp"

namespace loopsteal {

/// A hint, without effect on what a program does: the `bytes` from `memory` on will be written
/// soon. The address is not followed, so it may be that of something gone.
inline void fetch_ahead(const void* memory, std::size_t bytes) noexcept {
  // Numbers, not pointers: there may be no object that these lie in.
  const auto first = reinterpret_cast<std::uintptr_t>(memory);
  for (std::size_t at = 0; at < bytes; at += kCacheLineBytes)
    __builtin_prefetch(reinterpret_cast<const void*>(first + at), 1);
}

}  // namespace loopsteal
