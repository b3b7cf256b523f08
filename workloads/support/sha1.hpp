// SHA-1 of short messages, as the generator of the unbalanced trees defines it (FIPS 180-4).
//
// Only its bits matter: a node's state is a digest, so that the same tree grows everywhere. Nothing
// in this project relies on it for security.
//
// There are two implementations of the compression of a block: one with the processor's SHA
// extensions, if it has them, and a portable one.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace loopsteal {

/// A digest as five words, the first one first; each is four bytes, big-endian.
using Sha1Digest = std::array<std::uint32_t, 5>;

/// A whole message with its end mark and its length, as big-endian words.
using Sha1Block = std::array<std::uint32_t, 16>;

/// Longest message that fits one block together with its end mark and its length.
inline constexpr std::size_t kSha1MaxWords = 13;

/// SHA-1 of a message of whole big-endian words, at most kSha1MaxWords of them.
[[nodiscard]] Sha1Digest sha1_of_words(std::span<const std::uint32_t> message) noexcept;

/// SHA-1 of `digest` followed by one word, for the words `first`, `first` + 1, ..., as many as
/// `results` has elements. The same as sha1_of_words() of six words each, and faster. `digest` must
/// not be one of the results.
void sha1_of_digest_and_words(const Sha1Digest& digest, std::uint32_t first,
                              std::span<Sha1Digest> results) noexcept;

/// The message as the one block that SHA-1 compresses.
[[nodiscard]] Sha1Block sha1_block_of(std::span<const std::uint32_t> message) noexcept;

/// Both implementations, for comparison. The one with the extensions may be called only if
/// sha1_extensions_usable().
[[nodiscard]] Sha1Digest sha1_of_block_portably(const Sha1Block& block) noexcept;
[[nodiscard]] Sha1Digest sha1_of_block_by_extensions(const Sha1Block& block) noexcept;
void sha1_of_digest_and_words_by_extensions(const Sha1Digest& digest, std::uint32_t first,
                                            std::span<Sha1Digest> results) noexcept;

/// True if this program was built for a processor with SHA extensions and runs on one.
[[nodiscard]] bool sha1_extensions_usable() noexcept;

}  // namespace loopsteal
