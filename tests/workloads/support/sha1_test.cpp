#include "workloads/support/sha1.hpp"

#include <array>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(Sha1, OfNothing) {
  EXPECT_EQ(sha1_of_words({}),
            (Sha1Digest{0xda39a3ee, 0x5e6b4b0d, 0x3255bfef, 0x95601890, 0xafd80709}));
}

TEST(Sha1, OfOneWord) {
  const std::array<std::uint32_t, 1> message = {0x61626364};  // "abcd"
  EXPECT_EQ(sha1_of_words(message),
            (Sha1Digest{0x81fe8bfe, 0x87576c3e, 0xcb22426f, 0x8e578473, 0x82917acf}));
}

// The longest message of one block: 52 bytes, "abcd" thirteen times.
TEST(Sha1, OfAFullBlock) {
  std::array<std::uint32_t, kSha1MaxWords> message;
  message.fill(0x61626364);
  EXPECT_EQ(sha1_of_words(message),
            (Sha1Digest{0x6346bea8, 0xab939bfb, 0x8346316e, 0x68fe4f17, 0xdc2e4550}));
}

}  // namespace
}  // namespace loopsteal
