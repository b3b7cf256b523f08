// A cheap hash of one word.
#pragma once
#include <cstdint>

namespace loopsteal {

/// The finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014): every bit of `x` reaches every
/// bit of the result. For spreading counters, not for drawing samples.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace loopsteal
