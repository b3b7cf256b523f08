#include "sched/core/random/samplers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

struct Moments {
  double mean = 0;
  double cv2 = 0;  ///< Variance over squared mean.
};

// Draw k comes from the stream of job k, as workloads draw.
template <class Sampler>
Moments moments_of(Sampler sample, int draws) {
  double sum = 0;
  double squares = 0;
  for (int job = 0; job < draws; ++job) {
    Stream stream(17, StreamRole::service, static_cast<std::uint64_t>(job));
    const auto value = static_cast<double>(sample(stream).count());
    sum += value;
    squares += value * value;
  }
  const double mean = sum / draws;
  return {mean, (squares / draws - mean * mean) / (mean * mean)};
}

constexpr int kDraws = 400'000;
constexpr double kStandardErrors = 5;

TEST(Samplers, ToDurationRoundsToNearestAndSaturates) {
  EXPECT_EQ(to_duration(2.4).count(), 2);
  EXPECT_EQ(to_duration(2.6).count(), 3);
  EXPECT_EQ(to_duration(-5).count(), 0);
  EXPECT_EQ(to_duration(1e300).count(), std::int64_t{1} << 62);
}

TEST(Samplers, ExponentialHasItsMeanAndItsVariance) {
  const Moments got =
      moments_of([](Stream& stream) { return exponential(stream, microseconds(100)); }, kDraws);
  EXPECT_NEAR(got.mean / 100e3, 1.0, kStandardErrors / std::sqrt(kDraws));
  EXPECT_NEAR(got.cv2, 1.0, kStandardErrors * std::sqrt(8.0 / kDraws));
}

TEST(Samplers, FirstExponentialsAreThoseOfTheStreams) {
  constexpr double kMean = 12'345.678;
  for (const std::size_t length : {1u, 63u, 64u, 65u, 200u}) {
    std::vector<Duration> got(length);
    first_exponentials({3, StreamRole::arrivals, 1'000}, kMean, got);
    for (std::size_t i = 0; i < length; ++i) {
      Stream stream(3, StreamRole::arrivals, 1'000 + i);
      ASSERT_EQ(got[i], to_duration(kMean * unit_exponential(stream))) << i;
    }
  }
}

TEST(Samplers, ExponentialTailIsAStraightLine) {
  constexpr int kSamples = 200'000;
  std::array<int, 4> beyond{};
  for (std::uint64_t job = 0; job < kSamples; ++job) {
    Stream stream(3, StreamRole::arrivals, job);
    const double value = unit_exponential(stream);
    ASSERT_GE(value, 0);
    for (std::size_t i = 0; i < beyond.size(); ++i) beyond[i] += value > static_cast<double>(i + 1);
  }
  for (std::size_t i = 0; i < beyond.size(); ++i) {
    const double expected = std::exp(-static_cast<double>(i + 1));
    EXPECT_NEAR(static_cast<double>(beyond[i]) / kSamples, expected,
                kStandardErrors * std::sqrt(expected / kSamples));
  }
}

TEST(Samplers, NormalHasItsFirstFourMoments) {
  std::array<double, 5> sums{};
  for (std::uint64_t job = 0; job < kDraws; ++job) {
    Stream stream(4, StreamRole::service, job);
    const double value = unit_normal(stream);
    double power = 1;
    for (double& sum : sums) {
      sum += power;
      power *= value;
    }
  }
  const double root = std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(sums[1] / kDraws, 0, kStandardErrors / root);
  EXPECT_NEAR(sums[2] / kDraws, 1, kStandardErrors * std::sqrt(2.0) / root);
  EXPECT_NEAR(sums[3] / kDraws, 0, kStandardErrors * std::sqrt(15.0) / root);
  EXPECT_NEAR(sums[4] / kDraws, 3, kStandardErrors * std::sqrt(96.0) / root);
}

TEST(Samplers, BimodalTakesItsTwoValuesInTheirShares) {
  const Bimodal sample{microseconds(50), microseconds(550), 0.1};
  int rare = 0;
  for (std::uint64_t job = 0; job < kDraws; ++job) {
    Stream stream(5, StreamRole::service, job);
    const Duration value = sample(stream);
    ASSERT_TRUE(value == sample.usual || value == sample.rare);
    rare += value == sample.rare;
  }
  EXPECT_NEAR(rare / static_cast<double>(kDraws), 0.1,
              kStandardErrors * std::sqrt(0.1 * 0.9 / kDraws));
}

TEST(Samplers, MixtureTakesItsValuesInTheirShares) {
  constexpr std::array<Mixture::Part, 3> kParts = {{{3, 2}, {1, 0}, {4, 10}}};  // Mean 46 / 8.
  const Mixture sample(kParts, microseconds(23));
  std::array<int, 3> counts{};
  const std::array<Duration, 3> values = {microseconds(8), microseconds(0), microseconds(40)};
  for (std::uint64_t job = 0; job < kDraws; ++job) {
    Stream stream(5, StreamRole::service, job);
    const auto found = std::find(values.begin(), values.end(), sample(stream));
    ASSERT_NE(found, values.end());
    ++counts.at(static_cast<std::size_t>(found - values.begin()));
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = kParts[i].weight / 8;
    EXPECT_NEAR(counts[i] / static_cast<double>(kDraws), share,
                kStandardErrors * std::sqrt(share * (1 - share) / kDraws));
  }
  EXPECT_NEAR(sample.squared_variation(), (3 * 4 + 4 * 100) / 8.0 / (5.75 * 5.75) - 1, 1e-12);
}

TEST(Samplers, MixtureReachesItsLastValueAtTheEnd) {
  constexpr std::array<Mixture::Part, 3> kThirds = {{{1, 1}, {1, 2}, {1, 3}}};
  const Mixture sample(kThirds, nanoseconds(200));
  EXPECT_EQ(sample.of(0), nanoseconds(100));
  EXPECT_EQ(sample.of(std::nextafter(1.0, 0.0)), nanoseconds(300));
}

// Mean 1 and cv2 1 give moderate fourth moments, so that the estimate of the variance means
// something.
TEST(Samplers, LognormalHasItsMeanItsVarianceAndItsMedian) {
  const Lognormal sample(microseconds(100), 1.0);
  const Moments got = moments_of(sample, kDraws);
  EXPECT_NEAR(got.mean / 100e3, 1.0, kStandardErrors / std::sqrt(kDraws));
  EXPECT_NEAR(got.cv2, 1.0, 0.06);
  int below_median = 0;
  for (std::uint64_t job = 0; job < kDraws; ++job) {
    Stream stream(6, StreamRole::service, job);
    below_median += static_cast<double>(sample(stream).count()) < 100e3 / std::sqrt(2.0);
  }
  EXPECT_NEAR(below_median / static_cast<double>(kDraws), 0.5,
              kStandardErrors * 0.5 / std::sqrt(kDraws));
}

TEST(Samplers, LognormalWithoutVarianceIsConstant) {
  const Lognormal sample(nanoseconds(1234), 0);
  for (std::uint64_t job = 0; job < 100; ++job) {
    Stream stream(7, StreamRole::service, job);
    EXPECT_EQ(sample(stream), nanoseconds(1234));
  }
}

TEST(Samplers, ParetoHasItsScaleItsMeanAndItsTail) {
  const Pareto sample(microseconds(100), 2.5);
  EXPECT_NEAR(moments_of(sample, kDraws).mean / 100e3, 1.0,
              kStandardErrors * std::sqrt(0.8 / kDraws));
  std::array<int, 3> beyond{};
  for (std::uint64_t job = 0; job < kDraws; ++job) {
    Stream stream(8, StreamRole::service, job);
    const auto value = static_cast<double>(sample(stream).count());
    ASSERT_GE(value, 60e3 - 1);
    for (std::size_t i = 0; i < beyond.size(); ++i) beyond[i] += value > 60e3 * (2 << i);
  }
  for (std::size_t i = 0; i < beyond.size(); ++i) {
    const double expected = std::pow(2 << i, -2.5);
    EXPECT_NEAR(beyond[i] / static_cast<double>(kDraws), expected,
                kStandardErrors * std::sqrt(expected / kDraws));
  }
}

TEST(Samplers, ParetoWithAnAbsurdTailStaysInRange) {
  const Pareto sample(microseconds(1), 1.01);
  for (std::uint64_t job = 0; job < 100'000; ++job) {
    Stream stream(9, StreamRole::service, job);
    const Duration value = sample(stream);
    ASSERT_GE(value.count(), 0);
    ASSERT_LE(value.count(), std::int64_t{1} << 62);
  }
}

// Published shares of the hottest of N keys for exponent 1.
TEST(Samplers, ZipfHasItsHottestKey) {
  EXPECT_NEAR(Zipf(16, 1).probability(0), 0.2958, 0.00005);
  EXPECT_NEAR(Zipf(64, 1).probability(0), 0.2108, 0.00005);
  EXPECT_NEAR(Zipf(1024, 1).probability(0), 0.1332, 0.00005);
}

TEST(Samplers, ZipfDrawsEachKeyAsOftenAsItSays) {
  const Zipf sample(8, 1.2);
  std::array<int, 8> counts{};
  for (std::uint64_t job = 0; job < kDraws; ++job) {
    Stream stream(10, StreamRole::keys, job);
    ++counts.at(sample(stream));
  }
  for (std::size_t key = 0; key < counts.size(); ++key) {
    const double expected = sample.probability(key);
    EXPECT_NEAR(counts[key] / static_cast<double>(kDraws), expected,
                kStandardErrors * std::sqrt(expected / kDraws));
  }
}

TEST(Samplers, ZipfWithExponentZeroIsUniformAndWithOneKeyConstant) {
  const Zipf uniform(5, 0);
  for (std::size_t key = 0; key < 5; ++key) EXPECT_NEAR(uniform.probability(key), 0.2, 1e-12);
  const Zipf single(1, 1);
  Stream stream(1, StreamRole::keys, 0);
  EXPECT_EQ(single(stream), 0u);
}

// The first sizes of a seed are part of what a published seed means.
TEST(Samplers, GiveTheSameNanosecondsEverywhere) {
  std::uint64_t hash = 14695981039346656037ull;  // FNV-1a
  const Lognormal lognormal(microseconds(10), 4);
  const Pareto pareto(microseconds(10), 2.5);
  for (std::uint64_t job = 0; job < 10'000; ++job) {
    Stream stream(2024, StreamRole::service, job);
    for (const Duration value :
         {exponential(stream, microseconds(10)), lognormal(stream), pareto(stream)})
      hash = (hash ^ static_cast<std::uint64_t>(value.count())) * 1099511628211ull;
  }
  EXPECT_EQ(hash, 9967911425057286482ull);
}

}  // namespace
}  // namespace loopsteal
