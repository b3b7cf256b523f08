#include "sched/core/random.hpp"

namespace loopsteal {
namespace {

// The multipliers and key increments of Philox4x32 (Salmon and others, table 2).
constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kKeyIncrement0 = 0x9E3779B9;
constexpr std::uint32_t kKeyIncrement1 = 0xBB67AE85;
constexpr int kRounds = 10;

constexpr std::uint32_t low_word(std::uint64_t value) noexcept {
  return static_cast<std::uint32_t>(value);
}
constexpr std::uint32_t high_word(std::uint64_t value) noexcept {
  return static_cast<std::uint32_t>(value >> 32);
}
constexpr std::uint64_t join_words(std::uint32_t high, std::uint32_t low) noexcept {
  return std::uint64_t{high} << 32 | low;
}

}  // namespace

PhiloxCounter philox4x32_10(PhiloxCounter counter, PhiloxKey key) noexcept {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    counter = {high_word(product1) ^ counter[1] ^ key[0], low_word(product1),
               high_word(product0) ^ counter[3] ^ key[1], low_word(product0)};
    key[0] += kKeyIncrement0;
    key[1] += kKeyIncrement1;
  }
  return counter;
}

std::uint64_t Stream::next_u64() noexcept {
  if (has_second_half_) {
    has_second_half_ = false;
    return second_half_;
  }
  const PhiloxCounter block = philox4x32_10(
      {next_block_, static_cast<std::uint32_t>(role_), low_word(index_), high_word(index_)},
      {low_word(seed_), high_word(seed_)});
  ++next_block_;
  second_half_ = join_words(block[3], block[2]);
  has_second_half_ = true;
  return join_words(block[1], block[0]);
}

std::uint64_t Stream::below(std::uint64_t bound) noexcept {
  __extension__ typedef unsigned __int128 Wide;  // Not ISO C++, but of every 64-bit compiler here.
  Wide product = Wide{next_u64()} * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    // The low halves below 2^64 mod bound are one too many for some results: draw again.
    const std::uint64_t surplus = -bound % bound;
    while (static_cast<std::uint64_t>(product) < surplus) product = Wide{next_u64()} * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace loopsteal
