// Prefetches memory that will be needed soon.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sched/core/cache_line.hpp"

namespace loopsteal {

/// A hint without effect on the program: the `bytes` from `memory` on will be written soon. The
/// address is not dereferenced, so the object there may be gone.
inline void fetch_ahead(const void* memory, std::size_t bytes) noexcept {
  // Numbers, not pointers: there may be no object at these addresses.
  const auto first = reinterpret_cast<std::uintptr_t>(memory);
  for (std::size_t at = 0; at < bytes; at += kCacheLineBytes)
    __builtin_prefetch(reinterpret_cast<const void*>(first + at), 1);
}

}  // namespace loopsteal
