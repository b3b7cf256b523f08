#include "sched/observe/delays.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace loopsteal {
namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

/// Delays of every magnitude, as far as a Duration goes, small ones as often as large ones.
rc::Gen<std::int64_t> delays() {
  return rc::gen::mapcat(rc::gen::inRange(1, 64), [](int bits) {
    return rc::gen::inRange<std::int64_t>(
        0, bits == 63 ? std::numeric_limits<std::int64_t>::max() : std::int64_t{1} << bits);
  });
}

std::vector<std::uint64_t> bins_of(const std::vector<std::int64_t>& delays_ns) {
  DelayHistogram histogram;
  for (const std::int64_t ns : delays_ns) histogram.add(Duration(ns));
  std::vector<std::uint64_t> bins;
  histogram.add_to(bins);
  return bins;
}

double error_allowed(std::uint64_t truth) {
  return kDelayRelativeError * static_cast<double>(truth);
}

double distance(std::uint64_t a, std::uint64_t b) {
  return static_cast<double>(a < b ? b - a : a - b);
}

// ---- Bins ---------------------------------------------------------------------------------------

TEST(DelayBins, CoverAllTimesWithoutGapOrOverlap) {
  EXPECT_EQ(delay_bin_lower(0), 0u);
  for (std::size_t bin = 0; bin + 1 < kDelayBins; ++bin)
    ASSERT_EQ(delay_bin_upper(bin) + 1, delay_bin_lower(bin + 1)) << "bin " << bin;
  EXPECT_EQ(delay_bin_upper(kDelayBins - 1), kLargest);
}

TEST(DelayBins, CountTheirBoundsAndNothingBeyond) {
  for (std::size_t bin = 0; bin < kDelayBins; ++bin) {
    ASSERT_EQ(delay_bin(delay_bin_lower(bin)), bin);
    ASSERT_EQ(delay_bin(delay_bin_middle(bin)), bin);
    ASSERT_EQ(delay_bin(delay_bin_upper(bin)), bin);
  }
}

TEST(DelayBins, MiddlesAreWithinTheDeclaredError) {
  for (std::size_t bin = 0; bin < kDelayBins; ++bin) {
    const std::uint64_t lower = delay_bin_lower(bin);
    const std::uint64_t upper = delay_bin_upper(bin);
    ASSERT_LE(distance(delay_bin_middle(bin), lower), error_allowed(lower)) << "bin " << bin;
    ASSERT_LE(distance(delay_bin_middle(bin), upper), error_allowed(upper)) << "bin " << bin;
  }
}

TEST(DelayBins, CountOneByOneUpTo127) {
  for (std::uint64_t ns = 0; ns < 128; ++ns) {
    ASSERT_EQ(delay_bin(ns), ns);
    ASSERT_EQ(delay_bin_middle(delay_bin(ns)), ns);
  }
  EXPECT_EQ(delay_bin(128), delay_bin(129));
}

RC_GTEST_PROP(DelayBins, RiseWithTheDelay, ()) {
  const auto a = static_cast<std::uint64_t>(*delays());
  const auto b = static_cast<std::uint64_t>(*delays());
  RC_ASSERT(delay_bin(std::min(a, b)) <= delay_bin(std::max(a, b)));
  RC_ASSERT(delay_bin_lower(delay_bin(a)) <= a);
  RC_ASSERT(a <= delay_bin_upper(delay_bin(a)));
}

// ---- Histograms ---------------------------------------------------------------------------------

RC_GTEST_PROP(DelayHistograms, CountEveryDelay, ()) {
  const auto samples = *rc::gen::container<std::vector<std::int64_t>>(delays());
  std::vector<std::uint64_t> expected(kDelayBins);
  for (const std::int64_t ns : samples) ++expected[delay_bin(static_cast<std::uint64_t>(ns))];
  const auto bins = bins_of(samples);
  RC_ASSERT(bins == expected);
  RC_ASSERT(delay_count(bins) == samples.size());
}

RC_GTEST_PROP(DelayHistograms, MergeAsIfOneHadSeenAll, ()) {
  auto all = *rc::gen::container<std::vector<std::int64_t>>(delays());
  const auto others = *rc::gen::container<std::vector<std::int64_t>>(delays());
  auto merged = bins_of(all);
  merge_delays(merged, bins_of(others));
  all.insert(all.end(), others.begin(), others.end());
  RC_ASSERT(merged == bins_of(all));
}

RC_GTEST_PROP(DelayHistograms, QuantilesAreWithinTheDeclaredErrorOfSortedSamples, ()) {
  auto samples = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(delays()));
  const double q = *rc::gen::inRange(0, 1001) / 1000.0;
  const auto bins = bins_of(samples);
  std::sort(samples.begin(), samples.end());
  const double rank = std::max(1.0, std::ceil(q * static_cast<double>(samples.size())));
  const auto truth = static_cast<std::uint64_t>(samples[static_cast<std::size_t>(rank) - 1]);
  RC_ASSERT(distance(delay_quantile_ns(bins, q), truth) <= error_allowed(truth));
}

TEST(DelayHistograms, MergeIntoNothing) {
  std::vector<std::uint64_t> merged;
  merge_delays(merged, {});
  EXPECT_TRUE(merged.empty());
  merge_delays(merged, bins_of({5}));
  EXPECT_EQ(merged, bins_of({5}));
}

TEST(DelayHistograms, TakeANegativeDelayForZero) {
  EXPECT_EQ(bins_of({-1, std::numeric_limits<std::int64_t>::min()}), bins_of({0, 0}));
}

TEST(DelayHistograms, HaveNoQuantileOfNothing) {
  EXPECT_EQ(delay_quantile_ns({}, 0.5), 0u);
  EXPECT_EQ(delay_quantile_ns(bins_of({}), 0.5), 0u);
}

TEST(DelayHistograms, TakeTheNearestRank) {
  const auto bins = bins_of({10, 20, 30, 40});
  EXPECT_EQ(delay_quantile_ns(bins, 0.0), 10u);
  EXPECT_EQ(delay_quantile_ns(bins, 0.25), 10u);
  EXPECT_EQ(delay_quantile_ns(bins, 0.26), 20u);
  EXPECT_EQ(delay_quantile_ns(bins, 0.5), 20u);
  EXPECT_EQ(delay_quantile_ns(bins, 1.0), 40u);
}

}  // namespace
}  // namespace loopsteal
