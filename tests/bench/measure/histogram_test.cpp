// Latencies in bins: the declared error, merging, and what is written of them.
#include "bench/statistics/histogram.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "bench/measure/latency_summary.hpp"
#include "sched/core/random.hpp"

namespace loopsteal {
namespace {

// Latencies over seven orders of magnitude, a few of each.
std::vector<std::uint64_t> spread_latencies(std::size_t count) {
  Stream random(7, StreamRole::service, 0);
  std::vector<std::uint64_t> latencies;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t latency = 1 + random.below(9);
    for (std::uint64_t power = random.below(8); power > 0; --power) latency = latency * 10 + 3;
    latencies.push_back(latency);
  }
  return latencies;
}

LatencyHistogram histogram_of(const std::vector<std::uint64_t>& latencies) {
  LatencyHistogram histogram;
  for (const std::uint64_t latency : latencies) {
    histogram.add(Duration(static_cast<std::int64_t>(latency)));
  }
  return histogram;
}

TEST(LatencyHistogram, QuantilesAreWithinTheDeclaredError) {
  std::vector<std::uint64_t> latencies = spread_latencies(5'000);
  const LatencyHistogram histogram = histogram_of(latencies);
  std::ranges::sort(latencies);
  for (const double q : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * 5'000)));
    const auto truth = static_cast<double>(latencies[rank - 1]);
    const auto told = static_cast<double>(histogram.quantile_ns(q));
    EXPECT_NEAR(told, truth, truth * LatencyHistogram::kRelativeError + 1e-9) << q;
  }
}

TEST(LatencyHistogram, SmallValuesAreExact) {
  const LatencyHistogram histogram = histogram_of({0, 1, 2, 63});
  EXPECT_EQ(histogram.quantile_ns(0.25), 0u);
  EXPECT_EQ(histogram.quantile_ns(0.5), 1u);
  EXPECT_EQ(histogram.quantile_ns(1.0), 63u);
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), 16.5);
}

TEST(LatencyHistogram, NeverTellsMoreThanWasSeen) {
  const LatencyHistogram histogram = histogram_of({1'000'000'007});
  EXPECT_EQ(histogram.quantile_ns(0.5), 1'000'000'007u);
  EXPECT_EQ(histogram.max_ns(), 1'000'000'007u);
}

TEST(LatencyHistogram, TakesTheWholeRangeAndNegativesAsZero) {
  LatencyHistogram histogram;
  histogram.add(Duration::max());
  histogram.add(Duration(-5));
  EXPECT_EQ(histogram.quantile_ns(0.5), 0u);
  EXPECT_EQ(histogram.max_ns(), static_cast<std::uint64_t>(Duration::max().count()));
}

TEST(LatencyHistogram, EmptyIsZero) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile_ns(0.99), 0u);
  EXPECT_EQ(histogram.mean_ns(), 0.0);
  EXPECT_TRUE(histogram.bins().empty());
}

TEST(LatencyHistogram, MergingIsAddingAll) {
  const std::vector<std::uint64_t> all = spread_latencies(400);
  LatencyHistogram one = histogram_of({all.begin(), all.begin() + 150});
  one.merge(histogram_of({all.begin() + 150, all.end()}));
  const LatencyHistogram whole = histogram_of(all);
  EXPECT_EQ(one.bins(), whole.bins());
  EXPECT_EQ(one.count(), whole.count());
  EXPECT_EQ(one.max_ns(), whole.max_ns());
  EXPECT_DOUBLE_EQ(one.mean_ns(), whole.mean_ns());
}

TEST(LatencyHistogram, BinsPutBackGiveTheSameQuantiles) {
  const LatencyHistogram whole = histogram_of(spread_latencies(1'000));
  LatencyHistogram back;
  for (const LatencyHistogram::Bin& bin : whole.bins()) back.add_bin(bin.upper_ns, bin.count);
  EXPECT_EQ(back.bins(), whole.bins());
  EXPECT_EQ(back.quantile_ns(0.9), whole.quantile_ns(0.9));
}

TEST(LatencyHistogram, TakesTheBinsOfAMeasurement) {
  std::vector<std::uint64_t> counts(kDelayBins);
  counts[delay_bin(1'000)] = 3;
  LatencyHistogram histogram;
  histogram.add_bins(counts);
  histogram.add_bins({});
  EXPECT_EQ(histogram.count(), 3u);
  EXPECT_NEAR(static_cast<double>(histogram.quantile_ns(0.5)), 1'000, 10);
}

TEST(LatencySummary, NoP999UnderTenThousandSamples) {
  LatencyHistogram histogram;
  for (std::uint64_t i = 0; i < kSamplesForP999 - 1; ++i) histogram.add(Duration(100));
  EXPECT_FALSE(summarise(histogram).p999_ns.has_value());
  histogram.add(Duration(100));
  EXPECT_EQ(summarise(histogram).p999_ns, 100u);
}

}  // namespace
}  // namespace loopsteal
