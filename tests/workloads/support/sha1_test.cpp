#include "workloads/support/sha1.hpp"

#include <array>
#include <fstream>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using Words = std::vector<std::uint32_t>;

struct Known {
  Words message;
  Sha1Digest digest;
};

// Nothing, "abcd", and the longest message of one block: 52 bytes, "abcd" thirteen times.
const Known kKnown[] = {
    {{}, {0xda39a3ee, 0x5e6b4b0d, 0x3255bfef, 0x95601890, 0xafd80709}},
    {{0x61626364}, {0x81fe8bfe, 0x87576c3e, 0xcb22426f, 0x8e578473, 0x82917acf}},
    {Words(kSha1MaxWords, 0x61626364),
     {0x6346bea8, 0xab939bfb, 0x8346316e, 0x68fe4f17, 0xdc2e4550}},
};

// What comes out when a digest of zeros is replaced a thousand times by that of itself with the
// number of the replacement behind it; by Python's hashlib.
constexpr Sha1Digest kAfterAThousand = {0x47188593, 0xc4b47b44, 0xdea802a3, 0xeeae6bc6, 0xac4b450e};

template <class Hash>
Sha1Digest after_a_thousand(Hash hash) {
  Sha1Digest digest{};
  for (std::uint32_t i = 0; i < 1000; ++i) digest = hash(digest, i);
  return digest;
}

// One word of those functions that take many.
template <auto Function>
Sha1Digest one_of(const Sha1Digest& digest, std::uint32_t word) {
  Sha1Digest result;
  Function(digest, word, {&result, 1});
  return result;
}

Words with_word(const Sha1Digest& digest, std::uint32_t word) {
  Words words(digest.begin(), digest.end());
  words.push_back(word);
  return words;
}

TEST(Sha1, HasThePublishedDigests) {
  for (const Known& known : kKnown) EXPECT_EQ(sha1_of_words(known.message), known.digest);
  EXPECT_EQ(after_a_thousand(one_of<sha1_of_digest_and_words>), kAfterAThousand);
}

TEST(Sha1, PortablyHasThePublishedDigests) {
  for (const Known& known : kKnown)
    EXPECT_EQ(sha1_of_block_portably(sha1_block_of(known.message)), known.digest);
  const auto hash = [](const Sha1Digest& digest, std::uint32_t word) {
    return sha1_of_block_portably(sha1_block_of(with_word(digest, word)));
  };
  EXPECT_EQ(after_a_thousand(hash), kAfterAThousand);
}

// Linux names the flag sha_ni. Other systems than Linux on x86-64 have no such file, or no flag.
bool linux_sees_sha_extensions() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string word; file >> word;) {
    if (word == "sha_ni") return true;
  }
  return false;
}

TEST(Sha1, TheExtensionsAreUsedWhereTheProcessorHasThem) {
  EXPECT_EQ(sha1_extensions_usable(), linux_sees_sha_extensions());
}

// The comparisons need a processor with the extensions; on others there is nothing to compare,
// which they say, and the test above has made sure of it.
bool nothing_to_compare() {
  if (!sha1_extensions_usable())
    std::cout << "NOT COMPARED: this processor has no SHA extensions\n";
  return !sha1_extensions_usable();
}

TEST(Sha1, TheExtensionsHaveThePublishedDigests) {
  if (nothing_to_compare()) return;
  for (const Known& known : kKnown)
    EXPECT_EQ(sha1_of_block_by_extensions(sha1_block_of(known.message)), known.digest);
  EXPECT_EQ(after_a_thousand(one_of<sha1_of_digest_and_words_by_extensions>), kAfterAThousand);
}

TEST(Sha1, TheExtensionsAgreeWithThePortableWay) {
  if (nothing_to_compare()) return;
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    Words message(random() % (kSha1MaxWords + 1));
    for (std::uint32_t& word : message) word = static_cast<std::uint32_t>(random());
    const Sha1Block block = sha1_block_of(message);
    ASSERT_EQ(sha1_of_block_by_extensions(block), sha1_of_block_portably(block));
  }
}

// Any number of words, since they are hashed in pairs; and nothing is written behind the last.
TEST(Sha1, OfADigestAndWordsIsThatOfSixWordsEach) {
  std::mt19937 random(12);
  for (std::size_t i = 0; i < 5'000; ++i) {
    Sha1Digest digest;
    for (std::uint32_t& word : digest) word = static_cast<std::uint32_t>(random());
    const auto first = static_cast<std::uint32_t>(random());
    const std::size_t count = i % 8;
    const Sha1Digest untouched = {1, 2, 3, 4, 5};
    std::vector<Sha1Digest> results(count + 1, untouched);
    sha1_of_digest_and_words(digest, first, std::span(results).first(count));
    for (std::size_t k = 0; k < count; ++k) {
      const Words words = with_word(digest, first + static_cast<std::uint32_t>(k));
      ASSERT_EQ(results[k], sha1_of_block_portably(sha1_block_of(words)));
    }
    ASSERT_EQ(results.back(), untouched);
  }
}

}  // namespace
}  // namespace loopsteal
