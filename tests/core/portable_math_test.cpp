#include "sched/core/random/portable_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

TEST(PortableLog, AgreesWithTheLibraryOverTheWholeRange) {
  Stream stream(1, StreamRole::noise, 0);
  for (int i = 0; i < 100'000; ++i) {
    const double value =
        std::ldexp(1 + stream.uniform(), static_cast<int>(stream.below(2000)) - 1000);
    const double expected = std::log(value);
    ASSERT_NEAR(portable_log(value), expected, 1e-15 * std::fmax(1.0, std::fabs(expected)))
        << value;
  }
}

TEST(PortableLog, IsZeroAtOneUpToItsError) {
  EXPECT_NEAR(portable_log(1.0), 0.0, 1e-15);
  EXPECT_NEAR(portable_log(std::nextafter(1.0, 0.0)), 0.0, 1e-15);
}

TEST(PortableExp, AgreesWithTheLibrary) {
  Stream stream(2, StreamRole::noise, 0);
  for (int i = 0; i < 100'000; ++i) {
    const double exponent = 1400 * stream.uniform() - 700;
    const double expected = std::exp(exponent);
    ASSERT_NEAR(portable_exp(exponent) / expected, 1.0, 4e-15) << exponent;
  }
}

TEST(PortableExp, EndsAreZeroAndInfinity) {
  EXPECT_EQ(portable_exp(-1000), 0.0);
  EXPECT_EQ(portable_exp(1000), std::numeric_limits<double>::infinity());
  EXPECT_EQ(portable_exp(0), 1.0);
}

TEST(PortablePower, AgreesWithTheLibrary) {
  for (double base : {0.5, 1.0, 2.0, 3.0, 1000.0})
    for (double exponent : {-2.5, -1.0, 0.0, 0.4, 3.0})
      EXPECT_NEAR(portable_power(base, exponent) / std::pow(base, exponent), 1.0, 1e-13);
}

// Arguments are multiples of a power of two, so that nothing in the test itself can be rounded.
std::uint64_t hash_of_bits(double (*function)(double), int first, double step) {
  std::uint64_t hash = 14695981039346656037ull;  // FNV-1a
  for (int i = 0; i < 10'000; ++i)
    hash = (hash ^ std::bit_cast<std::uint64_t>(function((first + i) * step))) * 1099511628211ull;
  return hash;
}

// The promise of the header: the same bits under every compiler, option and processor. A change
// here changes every sampled time and thereby every published virtual result.
TEST(PortableMath, GivesTheSameBitsEverywhere) {
  EXPECT_EQ(hash_of_bits(portable_log, 1, 0x1p-12), 15224277492101783219ull);
  EXPECT_EQ(hash_of_bits(portable_exp, -5000, 0x1p-8), 2263575082386267724ull);
}

}  // namespace
}  // namespace loopsteal
