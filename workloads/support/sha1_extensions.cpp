// SHA-1 with the SHA extensions of x86-64 processors, which compute four rounds an instruction.
// They are a separate instruction set: only functions that name it are compiled for it, and they
// may be called only after a check of the processor.
#include <cstddef>
#include <utility>

#include "sched/core/assert.hpp"
#include "workloads/support/sha1.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace loopsteal {

#if defined(__x86_64__)
namespace {

#define LOOPSTEAL_WITH_SHA __attribute__((target("sha,sse4.1")))
// A helper is inlined, or it costs more than it saves.
#define LOOPSTEAL_INLINE_WITH_SHA __attribute__((target("sha,sse4.1"), always_inline)) static inline

// Four words. The instructions expect the first one, of a message or a state, in the highest lane.
using Quad = __m128i;

constexpr int kReversed = _MM_SHUFFLE(0, 1, 2, 3);
constexpr std::size_t kQuads = 20;          // 80 rounds.
constexpr std::size_t kQuadsOfMessage = 4;  // The others are computed from them.

// The state: the words a to d, and e in the highest lane of a quad whose other lanes are 0.
struct State {
  Quad a_to_d;
  Quad e;
};

LOOPSTEAL_INLINE_WITH_SHA State initial_state() noexcept {
  return {_mm_set_epi32(0x67452301, static_cast<int>(0xEFCDAB89), static_cast<int>(0x98BADCFE),
                        0x10325476),
          _mm_set_epi32(static_cast<int>(0xC3D2E1F0), 0, 0, 0)};
}

LOOPSTEAL_INLINE_WITH_SHA Quad load(const std::uint32_t* words) noexcept {
  return _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const Quad*>(words)), kReversed);
}

LOOPSTEAL_INLINE_WITH_SHA Quad quad_of(std::uint32_t first, std::uint32_t second,
                                       std::uint32_t third, std::uint32_t fourth) noexcept {
  return _mm_set_epi32(static_cast<int>(first), static_cast<int>(second), static_cast<int>(third),
                       static_cast<int>(fourth));
}

LOOPSTEAL_INLINE_WITH_SHA Sha1Digest digest_of(const State& state) noexcept {
  Sha1Digest digest;
  _mm_storeu_si128(reinterpret_cast<Quad*>(digest.data()),
                   _mm_shuffle_epi32(state.a_to_d, kReversed));
  digest[4] = static_cast<std::uint32_t>(_mm_extract_epi32(state.e, 3));
  return digest;
}

// The schedule as a ring: quad i of 20 is at i mod 4 until quad i + 4 replaces it.
struct Schedule {
  Quad quads[kQuadsOfMessage];
};

template <std::size_t Index>
LOOPSTEAL_INLINE_WITH_SHA Quad scheduled(Schedule& schedule) noexcept {
  auto& quads = schedule.quads;
  Quad& quad = quads[Index % kQuadsOfMessage];
  if constexpr (Index >= kQuadsOfMessage) {
    const Quad older = _mm_xor_si128(_mm_sha1msg1_epu32(quad, quads[(Index - 3) % kQuadsOfMessage]),
                                     quads[(Index - 2) % kQuadsOfMessage]);
    quad = _mm_sha1msg2_epu32(older, quads[(Index - 1) % kQuadsOfMessage]);
  }
  return quad;
}

// Four rounds. The new e is the a of four rounds ago, so `e` passes the previous state from quad to
// quad.
template <std::size_t Index>
LOOPSTEAL_INLINE_WITH_SHA void four_rounds(State& state, Schedule& schedule) noexcept {
  constexpr int kFunction = Index / 5;  // Each mixes for twenty rounds.
  const Quad words = scheduled<Index>(schedule);
  const Quad e_and_words =
      Index == 0 ? _mm_add_epi32(state.e, words) : _mm_sha1nexte_epu32(state.e, words);
  state.e = state.a_to_d;
  state.a_to_d = _mm_sha1rnds4_epu32(state.a_to_d, e_and_words, kFunction);
}

template <std::size_t Index, std::size_t kMessages>
LOOPSTEAL_INLINE_WITH_SHA void four_rounds_of_each(State (&states)[kMessages],
                                                   Schedule (&schedules)[kMessages]) noexcept {
  for (std::size_t i = 0; i < kMessages; ++i) four_rounds<Index>(states[i], schedules[i]);
}

// Several messages in parallel: while a round waits for the one before, another message has its
// round.
template <std::size_t kMessages, std::size_t... Index>
LOOPSTEAL_INLINE_WITH_SHA void compress(Schedule (&schedules)[kMessages], Sha1Digest* results,
                                        std::index_sequence<Index...>) noexcept {
  const State initial = initial_state();
  State states[kMessages];
  for (State& state : states) state = initial;
  (four_rounds_of_each<Index>(states, schedules), ...);
  for (std::size_t i = 0; i < kMessages; ++i) {
    results[i] = digest_of({_mm_add_epi32(states[i].a_to_d, initial.a_to_d),
                            _mm_sha1nexte_epu32(states[i].e, initial.e)});
  }
}

// Schedule of a digest (its first four words and its last one) followed by a word.
LOOPSTEAL_INLINE_WITH_SHA Schedule schedule_of(Quad first_words, std::uint32_t last_word,
                                               std::uint32_t word) noexcept {
  return {{first_words, quad_of(last_word, word, 0x80000000, 0), quad_of(0, 0, 0, 0),
           quad_of(0, 0, 0, 6 * 32)}};
}

bool has_sha() noexcept {
  constexpr unsigned kSse41 = 1u << 19;  // Of leaf 1, ecx.
  constexpr unsigned kSha = 1u << 29;    // Of leaf 7, ebx.
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSse41) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

// Callers before this is set take the portable way, with the same result.
const bool kUsable = has_sha();

}  // namespace

bool sha1_extensions_usable() noexcept { return kUsable; }

LOOPSTEAL_WITH_SHA Sha1Digest sha1_of_block_by_extensions(const Sha1Block& block) noexcept {
  Schedule schedule[] = {{{load(&block[0]), load(&block[4]), load(&block[8]), load(&block[12])}}};
  Sha1Digest result;
  compress(schedule, &result, std::make_index_sequence<kQuads>{});
  return result;
}

// Messages are made in registers: words that were just written one by one cannot be loaded as quads
// until they have reached the cache.
LOOPSTEAL_WITH_SHA void sha1_of_digest_and_words_by_extensions(
    const Sha1Digest& digest, std::uint32_t first, std::span<Sha1Digest> results) noexcept {
  const Quad words = load(digest.data());
  const std::uint32_t last = digest[4];
  std::uint32_t word = first;
  std::size_t done = 0;
  for (; done + 2 <= results.size(); done += 2, word += 2) {
    Schedule pair[] = {schedule_of(words, last, word), schedule_of(words, last, word + 1)};
    compress(pair, &results[done], std::make_index_sequence<kQuads>{});
  }
  if (done == results.size()) return;
  Schedule single[] = {schedule_of(words, last, word)};
  compress(single, &results[done], std::make_index_sequence<kQuads>{});
}

#else

bool sha1_extensions_usable() noexcept { return false; }

Sha1Digest sha1_of_block_by_extensions(const Sha1Block&) noexcept {
  LOOPSTEAL_CHECK(false, "this processor has no SHA extensions: see sha1_extensions_usable()");
  return {};
}

void sha1_of_digest_and_words_by_extensions(const Sha1Digest&, std::uint32_t,
                                            std::span<Sha1Digest>) noexcept {
  LOOPSTEAL_CHECK(false, "this processor has no SHA extensions: see sha1_extensions_usable()");
}

#endif

}  // namespace loopsteal
