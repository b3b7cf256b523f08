// Memory that will be needed soon, brought closer meanwhile.
#pragma once
#include <cstddef>

#include "sched/core/cache_line.hpp"

namespace loopsteal {

/// A hint, without effect on what a program does: the `bytes` from `memory` on will be written
/// soon. The address is not followed, so it may be that of something gone.
inline void fetch_ahead(const void* memory, std::size_t bytes) noexcept {
  const auto* const first = static_cast<const std::byte*>(memory);
  for (std::size_t at = 0; at < bytes; at += kCacheLineBytes) __builtin_prefetch(first + at, 1);
}

}  // namespace loopsteal
