#include "workloads/support/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sched/core/random/random.hpp"
#include "sched/core/random/samplers.hpp"

namespace loopsteal {
namespace {

std::vector<double> gaps_of(const ArrivalOptions& options, int count, std::uint64_t seed = 1) {
  Arrivals arrivals(options, seed);
  std::vector<double> gaps;
  Duration last{};
  for (int i = 0; i < count; ++i) {
    const Duration time = arrivals.next();
    EXPECT_GE(time, last);
    gaps.push_back(static_cast<double>((time - last).count()));
    last = time;
  }
  return gaps;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double squared_variation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size()) / (mean * mean);
}

TEST(Arrivals, ConstantGapsDoNotDrift) {
  Arrivals arrivals({.kind = ArrivalKind::constant, .mean_gap_ns = 100.0 / 3}, 1);
  for (int i = 1; i <= 299; ++i) static_cast<void>(arrivals.next());
  EXPECT_EQ(arrivals.next(), Duration(10'000));
}

TEST(Arrivals, PoissonGapsAreExponential) {
  constexpr int kCount = 200'000;
  const std::vector<double> gaps =
      gaps_of({.kind = ArrivalKind::poisson, .mean_gap_ns = 1000}, kCount);
  EXPECT_NEAR(mean_of(gaps) / 1000, 1, 5 / std::sqrt(kCount));
  EXPECT_NEAR(squared_variation_of(gaps), 1, 5 * std::sqrt(8.0 / kCount));
}

// Arrival k is made of the streams up to k alone, in batches or not.
TEST(Arrivals, PoissonGapsAreThoseOfTheStreams) {
  Arrivals arrivals({.kind = ArrivalKind::poisson, .mean_gap_ns = 777.5}, 9);
  Duration expected{};
  for (std::uint64_t k = 0; k < 300; ++k) {
    Stream stream(9, StreamRole::arrivals, k);
    expected += to_duration(777.5 * unit_exponential(stream));
    ASSERT_EQ(arrivals.next(), expected) << k;
  }
}

TEST(Arrivals, BurstyHasTheSameRateAndCluster) {
  constexpr int kCount = 400'000;
  const ArrivalOptions options{
      .kind = ArrivalKind::bursty, .mean_gap_ns = 1000, .burst = 20, .on_share = 0.1};
  const std::vector<double> gaps = gaps_of(options, kCount);
  // A burst of 20 on average: as many effectively independent samples as there are bursts.
  EXPECT_NEAR(mean_of(gaps) / 1000, 1, 5 * std::sqrt(2.0 * 20 / kCount));
  // Within bursts gaps are a tenth of the mean, so the median is far below the Poisson one.
  std::vector<double> sorted = gaps;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_LT(sorted[kCount / 2], 100);
  // 1 + 2 * 20 * 0.9^2, and as many independent bursts to estimate it from as above.
  EXPECT_NEAR(squared_variation(options), 33.4, 1e-12);
  EXPECT_NEAR(squared_variation_of(gaps) / squared_variation(options), 1, 0.1);
}

TEST(Arrivals, BurstyThatIsAlwaysOnIsPoisson) {
  constexpr int kCount = 100'000;
  const ArrivalOptions options{
      .kind = ArrivalKind::bursty, .mean_gap_ns = 1000, .burst = 20, .on_share = 1};
  EXPECT_NEAR(squared_variation_of(gaps_of(options, kCount)), 1, 5 * std::sqrt(8.0 / kCount));
  EXPECT_EQ(squared_variation(options), 1);
}

// Published times of a seed stay what they are.
TEST(Arrivals, BurstyTimesOfASeedAreKnown) {
  Arrivals arrivals({.kind = ArrivalKind::bursty, .mean_gap_ns = 1000}, 42);
  std::uint64_t hash = 14695981039346656037ull;  // FNV-1a
  for (int i = 0; i < 1'000; ++i)
    hash = (hash ^ static_cast<std::uint64_t>(arrivals.next().count())) * 1099511628211ull;
  EXPECT_EQ(hash, 13525333885556603400ull);
}

TEST(Arrivals, DependOnTheSeedAlone) {
  for (const ArrivalKind kind : {ArrivalKind::poisson, ArrivalKind::bursty}) {
    const ArrivalOptions options{.kind = kind};
    EXPECT_EQ(gaps_of(options, 1000, 7), gaps_of(options, 1000, 7));
    EXPECT_NE(gaps_of(options, 1000, 7), gaps_of(options, 1000, 8));
  }
}

}  // namespace
}  // namespace loopsteal
