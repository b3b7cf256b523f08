#include "sched/core/random/random.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

TEST(Philox, GivesTheAuthorsKnownAnswers) {
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}),
            (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox4x32_10({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(
      philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
      (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Stream, FirstDrawIsTheFirstHalfOfTheFirstBlock) {
  Stream stream(0, StreamRole::arrivals, 0);
  EXPECT_EQ(stream.next_u64(), 0xe169c58d6627e8d5ull);
  EXPECT_EQ(stream.next_u64(), 0x9b00dbd8bc57ac4cull);
}

// Draws of one stream may not disturb another: asking in any order gives the same numbers.
TEST(Stream, DependsOnSeedRoleAndIndexOnly) {
  Stream first(7, StreamRole::service, 3);
  Stream other(7, StreamRole::service, 4);
  std::vector<std::uint64_t> interleaved;
  for (int i = 0; i < 9; ++i) {
    interleaved.push_back(first.next_u64());
    (void)other.next_u64();
  }
  Stream alone(7, StreamRole::service, 3);
  for (std::uint64_t expected : interleaved) EXPECT_EQ(alone.next_u64(), expected);
}

TEST(Stream, EachOfSeedRoleIndexAndDrawChangesTheNumber) {
  std::set<std::uint64_t> seen;
  constexpr std::uint64_t kHigh = std::uint64_t{1} << 32;  // Upper halves must count as well.
  for (std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, kHigh})
    for (auto role :
         {StreamRole::arrivals, StreamRole::service, StreamRole::placement, StreamRole::victim,
          StreamRole::keys, StreamRole::noise, StreamRole::structure})
      for (std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, kHigh}) {
        Stream stream(seed, role, index);
        for (int draw = 0; draw < 5; ++draw) seen.insert(stream.next_u64());
      }
  EXPECT_EQ(seen.size(), 3u * 7u * 3u * 5u);
}

TEST(Stream, UniformFillsTheUnitInterval) {
  constexpr int kDraws = 100'000;
  Stream stream(11, StreamRole::service, 0);
  std::array<int, 10> tenths{};
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = stream.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    ++tenths[static_cast<std::size_t>(value * 10)];
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  const double spread = std::sqrt(kDraws * 0.1 * 0.9);
  for (int count : tenths) EXPECT_NEAR(count, kDraws / 10, 5 * spread);
}

TEST(Stream, BelowIsUniformAlsoWhereScalingAloneWouldNotBe) {
  constexpr int kDraws = 30'000;
  // Three quarters of 2^64: four inputs for three results, so scaling without rejection would
  // give every third result double weight.
  constexpr std::uint64_t kBound = std::uint64_t{3} << 62;
  Stream stream(5, StreamRole::keys, 0);
  std::array<int, 3> residues{};
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t value = stream.below(kBound);
    ASSERT_LT(value, kBound);
    ++residues[value % 3];
  }
  const double spread = std::sqrt(kDraws * 2.0 / 9);
  for (int count : residues) EXPECT_NEAR(count, kDraws / 3.0, 5 * spread);
}

TEST(Stream, BelowOneIsZero) {
  Stream stream(5, StreamRole::keys, 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.below(1), 0u);
}

// The streams of a range are those that one would make one by one, whatever the range: also across
// the words of an index, and with lengths that four blocks at a time do not divide.
TEST(FirstUniforms, AreTheFirstDrawsOfTheStreams) {
  constexpr std::uint64_t kHigh = std::uint64_t{1} << 32;
  const std::array<std::uint64_t, 5> firsts = {0, 1, kHigh - 33, 5 * kHigh + 7,
                                               0 - std::uint64_t{9}};
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{2024}, 7 * kHigh + 3}) {
    for (const StreamRole role : {StreamRole::arrivals, StreamRole::structure}) {
      for (const std::uint64_t first : firsts) {
        for (const std::size_t length : {0u, 1u, 3u, 4u, 5u, 64u, 67u}) {
          std::vector<double> got(length + 1, -1);
          first_uniforms({seed, role, first}, std::span(got).first(length));
          for (std::size_t i = 0; i < length; ++i)
            ASSERT_EQ(got[i], Stream(seed, role, first + i).uniform()) << first << " + " << i;
          EXPECT_EQ(got[length], -1);
        }
      }
    }
  }
}

// Worked by hand from the recurrence, for one = 1, two = 2:
// mixed = 1 ^ 1<<17 = 131073; 131073 ^ 2 ^ (131073 >> 7 = 1024) ^ 0 = 132099; output 2 + 132099.
TEST(FastRandom, FollowsTheRecurrence) {
  FastRandom random(std::uint64_t{1} << 32 | 2);
  EXPECT_EQ(random.next_u32(), 132101u);
}

TEST(FastRandom, ASeedOfZeroIsNotAFixedPoint) {
  FastRandom random(0);
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random.next_u32());
  EXPECT_GT(seen.size(), 95u);
}

TEST(FastRandom, NextBelowReachesEveryValueAboutEquallyOften) {
  constexpr std::uint32_t kBound = 7;
  constexpr int kDraws = 70'000;
  FastRandom random = FastRandom::for_worker(1, 0);
  std::array<int, kBound> counts{};
  for (int i = 0; i < kDraws; ++i) {
    const std::uint32_t value = random.next_below(kBound);
    ASSERT_LT(value, kBound);
    ++counts[value];
  }
  const double spread = std::sqrt(kDraws * (1.0 / kBound) * (1 - 1.0 / kBound));
  for (int count : counts) EXPECT_NEAR(count, kDraws / kBound, 6 * spread);
  EXPECT_EQ(random.next_below(0), 0u);
}

TEST(FastRandom, WorkersHaveSequencesOfTheirOwn) {
  std::set<std::uint32_t> first_draws;
  for (std::uint32_t worker = 0; worker < 64; ++worker)
    first_draws.insert(FastRandom::for_worker(42, worker).next_u32());
  EXPECT_EQ(first_draws.size(), 64u);
  EXPECT_EQ(FastRandom::for_worker(42, 5).next_u32(), FastRandom::for_worker(42, 5).next_u32());
}

}  // namespace
}  // namespace loopsteal
