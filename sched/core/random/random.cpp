#include "sched/core/random/random.hpp"

#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

// The first 64 bits of four streams. The rounds of one block depend on each other, those of
// different blocks do not, so four blocks in parallel take hardly longer than one.
constexpr std::size_t kSideBySide = 4;
using Draws = std::array<std::uint64_t, kSideBySide>;

#if defined(__SSE2__)

// Two blocks to a register: a 32-bit word in each 64-bit half, as the multiplication needs it. It
// ignores the upper bits of its factors, so leftover bits there do no harm until the end.
struct TwoBlocks {
  __m128i word0, word1, word2, word3;

  explicit TwoBlocks(const StreamRange& streams) noexcept
      : word0(_mm_setzero_si128()),  // The streams' first blocks.
        word1(_mm_set1_epi64x(static_cast<std::int64_t>(streams.role))),
        word2(pair_of(low_word(streams.first), low_word(streams.first + 1))),
        word3(pair_of(high_word(streams.first), high_word(streams.first + 1))) {}

  void round(__m128i key0, __m128i key1) noexcept {
    const __m128i product0 = _mm_mul_epu32(pair_of(kMultiplier0, kMultiplier0), word0);
    const __m128i product1 = _mm_mul_epu32(pair_of(kMultiplier1, kMultiplier1), word2);
    word0 = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product1, 32), word1), key0);
    word1 = product1;
    word2 = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product0, 32), word3), key1);
    word3 = product0;
  }

  void store(std::uint64_t* draws) const noexcept {
    const __m128i low = _mm_and_si128(word0, pair_of(0xFFFFFFFF, 0xFFFFFFFF));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(draws),
                     _mm_or_si128(_mm_slli_epi64(word1, 32), low));
  }

  static __m128i pair_of(std::uint64_t first, std::uint64_t second) noexcept {
    return _mm_set_epi64x(static_cast<std::int64_t>(second), static_cast<std::int64_t>(first));
  }
};

Draws first_draws(const StreamRange& streams) noexcept {
  TwoBlocks one(streams);
  TwoBlocks two({streams.seed, streams.role, streams.first + 2});
  std::uint32_t key0 = low_word(streams.seed);
  std::uint32_t key1 = high_word(streams.seed);
  for (int round = 0; round < kRounds; ++round) {
    one.round(TwoBlocks::pair_of(key0, key0), TwoBlocks::pair_of(key1, key1));
    two.round(TwoBlocks::pair_of(key0, key0), TwoBlocks::pair_of(key1, key1));
    key0 += kKeyIncrement0;
    key1 += kKeyIncrement1;
  }
  Draws draws;
  one.store(draws.data());
  two.store(draws.data() + 2);
  return draws;
}

#else

Draws first_draws(const StreamRange& streams) noexcept {
  Draws draws;
  for (std::size_t i = 0; i < kSideBySide; ++i)
    draws[i] = Stream(streams.seed, streams.role, streams.first + i).next_u64();
  return draws;
}

#endif

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

void first_uniforms(const StreamRange& streams, std::span<double> into) noexcept {
  std::size_t done = 0;
  for (; into.size() - done >= kSideBySide; done += kSideBySide) {
    const Draws draws = first_draws({streams.seed, streams.role, streams.first + done});
    for (std::size_t i = 0; i < kSideBySide; ++i) into[done + i] = unit_interval(draws[i]);
  }
  for (; done < into.size(); ++done)
    into[done] = Stream(streams.seed, streams.role, streams.first + done).uniform();
}

std::uint64_t Stream::below(std::uint64_t bound) noexcept {
  __extension__ typedef unsigned __int128 Wide;  // Not ISO C++, but of every 64-bit compiler here.
  Wide product = Wide{next_u64()} * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    // Low halves below 2^64 mod bound would favour some results: draw again.
    const std::uint64_t surplus = -bound % bound;
    while (static_cast<std::uint64_t>(product) < surplus) product = Wide{next_u64()} * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace loopsteal
