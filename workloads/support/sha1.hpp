// SHA-1 of short messages, as the generator of the unbalanced trees defines it (FIPS 180-4).
//
// It is here for its bits alone: a node's state is a digest, so that the same tree grows
// everywhere. Nothing in this project relies on it for security.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace loopsteal {

/// A digest as five words, the first one first; each stands for four bytes, big-endian.
using Sha1Digest = std::array<std::uint32_t, 5>;

/// Longest message that fits one block together with its end mark and its length.
inline constexpr std::size_t kSha1MaxWords = 13;

/// SHA-1 of a message of whole big-endian words, at most kSha1MaxWords of them.
[[nodiscard]] Sha1Digest sha1_of_words(std::span<const std::uint32_t> message) noexcept;

}  // namespace loopsteal
