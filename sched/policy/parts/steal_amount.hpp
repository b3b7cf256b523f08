// How much of a victim's queue a thief takes.
#pragma once
#include <algorithm>
#include <cstdint>

namespace loopsteal {

/// Tokio, Go: half, rounded up. half_floor is rounded down, so that one job stays where it is.
enum class StealAmount : std::uint8_t { half, one, all, half_floor };

/// How many of `ready` jobs a thief takes, if it has room for them.
template <class Count>
constexpr Count share_of(Count ready, StealAmount amount) noexcept {
  switch (amount) {
    case StealAmount::half:
      return ready - ready / 2;
    case StealAmount::one:
      return std::min(ready, Count{1});
    case StealAmount::all:
      return ready;
    case StealAmount::half_floor:
      return ready / 2;
  }
  return 0;
}

}  // namespace loopsteal
