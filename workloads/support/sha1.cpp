#include "workloads/support/sha1.hpp"

#include <algorithm>
#include <bit>

#include "sched/core/assert.hpp"

namespace loopsteal {
namespace {

using Word = std::uint32_t;
// The message schedule as a ring: word i of 80 is at i mod 16 until word i + 16 replaces it.
using Schedule = Sha1Block;

constexpr Word choose(Word x, Word y, Word z) noexcept { return z ^ (x & (y ^ z)); }
constexpr Word parity(Word x, Word y, Word z) noexcept { return x ^ y ^ z; }
constexpr Word majority(Word x, Word y, Word z) noexcept { return (x & y) | (z & (x | y)); }

template <std::size_t Index>
constexpr Word schedule_word(Schedule& schedule) noexcept {
  constexpr std::size_t kSlot = Index % 16;
  if constexpr (Index >= 16) {
    schedule[kSlot] = std::rotl(schedule[(Index - 3) % 16] ^ schedule[(Index - 8) % 16] ^
                                    schedule[(Index - 14) % 16] ^ schedule[kSlot],
                                1);
  }
  return schedule[kSlot];
}

template <Word (*Mix)(Word, Word, Word) noexcept, Word Constant, std::size_t Index>
constexpr void round(Word a, Word& b, Word c, Word d, Word& e, Schedule& schedule) noexcept {
  e += std::rotl(a, 5) + Mix(b, c, d) + Constant + schedule_word<Index>(schedule);
  b = std::rotl(b, 30);
}

// After five rounds every word has its own name again, so no word is ever moved.
template <Word (*Mix)(Word, Word, Word) noexcept, Word Constant, std::size_t Index>
constexpr void five_rounds(Sha1Digest& s, Schedule& schedule) noexcept {
  round<Mix, Constant, Index>(s[0], s[1], s[2], s[3], s[4], schedule);
  round<Mix, Constant, Index + 1>(s[4], s[0], s[1], s[2], s[3], schedule);
  round<Mix, Constant, Index + 2>(s[3], s[4], s[0], s[1], s[2], schedule);
  round<Mix, Constant, Index + 3>(s[2], s[3], s[4], s[0], s[1], schedule);
  round<Mix, Constant, Index + 4>(s[1], s[2], s[3], s[4], s[0], schedule);
}

template <Word (*Mix)(Word, Word, Word) noexcept, Word Constant, std::size_t Index>
constexpr void twenty_rounds(Sha1Digest& state, Schedule& schedule) noexcept {
  five_rounds<Mix, Constant, Index>(state, schedule);
  five_rounds<Mix, Constant, Index + 5>(state, schedule);
  five_rounds<Mix, Constant, Index + 10>(state, schedule);
  five_rounds<Mix, Constant, Index + 15>(state, schedule);
}

constexpr Sha1Digest kInitial = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};

}  // namespace

Sha1Block sha1_block_of(std::span<const std::uint32_t> message) noexcept {
  LOOPSTEAL_ASSERT(message.size() <= kSha1MaxWords, "the message does not fit one block");
  Sha1Block block{};
  std::ranges::copy(message, block.begin());
  block[message.size()] = 0x80000000;
  block[15] = static_cast<Word>(message.size() * 32);  // The length in bits.
  return block;
}

Sha1Digest sha1_of_block_portably(const Sha1Block& block) noexcept {
  Schedule schedule = block;
  Sha1Digest state = kInitial;
  twenty_rounds<choose, 0x5A827999, 0>(state, schedule);
  twenty_rounds<parity, 0x6ED9EBA1, 20>(state, schedule);
  twenty_rounds<majority, 0x8F1BBCDC, 40>(state, schedule);
  twenty_rounds<parity, 0xCA62C1D6, 60>(state, schedule);
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += kInitial[i];
  return state;
}

Sha1Digest sha1_of_words(std::span<const std::uint32_t> message) noexcept {
  const Sha1Block block = sha1_block_of(message);
  return sha1_extensions_usable() ? sha1_of_block_by_extensions(block)
                                  : sha1_of_block_portably(block);
}

void sha1_of_digest_and_words(const Sha1Digest& digest, std::uint32_t first,
                              std::span<Sha1Digest> results) noexcept {
  if (sha1_extensions_usable()) [[likely]]
    return sha1_of_digest_and_words_by_extensions(digest, first, results);
  Sha1Block block = {digest[0], digest[1], digest[2], digest[3], digest[4], first, 0x80000000, 0, 0,
                     0,         0,         0,         0,         0,         0,     6 * 32};
  for (Sha1Digest& result : results) {
    result = sha1_of_block_portably(block);
    ++block[5];
  }
}

}  // namespace loopsteal
