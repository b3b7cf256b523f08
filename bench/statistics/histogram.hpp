// Latencies of one run, or of several runs merged, in constant memory: log-linear bins whose width
// is at most 1/64 of what lies in them, so that every quantile is within kRelativeError of the
// truth. The quantiles that are reported (kReportedQuantiles) are exact for one run whose values
// were there to be sorted, and stay exact when runs with the same quantile are merged.
//
// Boost.Histogram counts and merges; the bins, which schedulers that observe delays count in, too,
// and the quantiles are ours.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <boost/histogram/histogram.hpp>
#include <boost/histogram/make_histogram.hpp>

#include "bench/statistics/quantile.hpp"
#include "sched/core/time.hpp"
#include "sched/observe/delays.hpp"

namespace loopsteal {

/// The bins of sched/observe/delays.hpp as an axis of Boost.Histogram. They cover all 64 bits, so
/// there is neither underflow nor overflow.
class LogLinearAxis {
 public:
  int index(std::uint64_t value) const noexcept { return static_cast<int>(delay_bin(value)); }
  int size() const noexcept { return static_cast<int>(kDelayBins); }
  /// The lower end of a bin.
  std::uint64_t value(int bin) const noexcept {
    return delay_bin_lower(static_cast<std::size_t>(bin));
  }

  friend bool operator==(const LogLinearAxis&, const LogLinearAxis&) = default;
};

/// The quantiles that results have a field for: p50, p90, p99 and p99.9.
inline constexpr std::array<double, 4> kReportedQuantiles = {0.5, 0.9, 0.99, 0.999};

/// A value type; one thread at a time.
class LatencyHistogram {
 public:
  /// What quantile_ns() may be off by, relative to the truth.
  static constexpr double kRelativeError = kDelayRelativeError;

  /// One bin that is not empty: how many latencies lay in [lower_ns, upper_ns].
  struct Bin {
    std::uint64_t lower_ns;
    std::uint64_t upper_ns;
    std::uint64_t count;
    friend bool operator==(const Bin&, const Bin&) = default;
  };

  /// Of all latencies of one run, whose reported quantiles are then exact.
  static LatencyHistogram of_run(std::vector<double> latencies_ns) {
    LatencyHistogram histogram;
    if (latencies_ns.empty()) return histogram;
    std::vector<std::uint64_t> counts(kDelayBins);  // Counted side by side first: a million soon.
    for (const double latency : latencies_ns) {
      const auto ns = static_cast<std::uint64_t>(std::max(latency, 0.0));
      counts[delay_bin(ns)] += 1;
      histogram.note(ns);
    }
    for (std::size_t bin = 0; bin < kDelayBins; ++bin) histogram.put_in_bin(bin, counts[bin]);
    for (std::size_t i = 0; i < kReportedQuantiles.size(); ++i) {
      const double value = quantile_of(latencies_ns, kReportedQuantiles[i]);
      histogram.exact_[i] = static_cast<std::uint64_t>(std::max(value, 0.0));
    }
    return histogram;
  }

  /// A negative latency counts as zero: clocks of two CPUs may disagree by some ns.
  void add(Duration latency) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
    put_in_bin(delay_bin(ns), 1);
    note(ns);
    exact_ = {};
  }

  /// As if all that `other` has seen had been added here. If both have the same exact quantile, all
  /// together have it: at least the share q of each does not exceed it, and less than q is below.
  void merge(const LatencyHistogram& other) {
    if (count_ == 0) {
      *this = other;
      return;
    }
    if (other.count_ == 0) return;
    for (std::size_t i = 0; i < exact_.size(); ++i) {
      if (exact_[i] != other.exact_[i]) exact_[i].reset();
    }
    *bins_ += *other.bins_;
    count_ += other.count_;
    sum_ns_ += other.sum_ns_;
    min_ns_ = std::min(min_ns_, other.min_ns_);
    max_ns_ = std::max(max_ns_, other.max_ns_);
  }

  /// Puts back what bins() gave. Quantiles and count are then the same; minimum, maximum and mean
  /// are as exact as the bins.
  void add_bin(std::uint64_t upper_ns, std::uint64_t count) {
    if (count == 0) return;
    exact_ = {};
    const std::size_t bin = delay_bin(upper_ns);
    put_in_bin(bin, count);
    count_ += count;
    sum_ns_ += delay_bin_middle(bin) * count;
    min_ns_ = std::min(min_ns_, delay_bin_lower(bin));
    max_ns_ = std::max(max_ns_, delay_bin_upper(bin));
  }

  /// Puts back what was known better than the bins know it: the mean and the largest latency, and
  /// the reported quantile `q`. For a histogram whose bins are all there.
  void restore_mean(double mean_ns, std::uint64_t max_ns) {
    sum_ns_ = static_cast<std::uint64_t>(std::llround(mean_ns * static_cast<double>(count_)));
    max_ns_ = max_ns;
  }
  /// The same with the sum, which may be larger than a double can hold to the last digit.
  void restore_sum(std::uint64_t sum_ns, std::uint64_t max_ns) {
    sum_ns_ = sum_ns;
    max_ns_ = max_ns;
  }
  void restore_quantile(double q, std::uint64_t value_ns) {
    const auto found = std::ranges::find(kReportedQuantiles, q);
    if (found != kReportedQuantiles.end())
      exact_[static_cast<std::size_t>(found - kReportedQuantiles.begin())] = value_ns;
  }

  /// Adds counts by bin, as a Measurement has them; none, or kDelayBins of them.
  void add_bins(std::span<const std::uint64_t> counts) {
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
      add_bin(delay_bin_upper(bin), counts[bin]);
    }
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max_ns() const { return max_ns_; }
  /// Exact, up to a sum of 584 years. 0 when empty.
  double mean_ns() const {
    return count_ == 0 ? 0 : static_cast<double>(sum_ns_) / static_cast<double>(count_);
  }

  /// Whether quantile_ns(q) is exact, not the middle of a bin.
  bool is_exact(double q) const {
    const auto found = std::ranges::find(kReportedQuantiles, q);
    return found != kReportedQuantiles.end() &&
           exact_[static_cast<std::size_t>(found - kReportedQuantiles.begin())].has_value();
  }

  /// The smallest latency that at least the share `q` of all do not exceed (nearest_rank()): exact
  /// where it is known, else the middle of its bin, but within what was seen. 0 <= q <= 1; 0 when
  /// empty.
  std::uint64_t quantile_ns(double q) const {
    if (count_ == 0) return 0;
    const auto reported = std::ranges::find(kReportedQuantiles, q);
    if (reported != kReportedQuantiles.end()) {
      const auto& exact = exact_[static_cast<std::size_t>(reported - kReportedQuantiles.begin())];
      if (exact) return *exact;
    }
    const std::uint64_t wanted = nearest_rank(count_, q);
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < kDelayBins; ++bin) {
      seen += bins_->at(static_cast<int>(bin));
      if (seen >= wanted) return std::clamp(delay_bin_middle(bin), min_ns_, max_ns_);
    }
    return max_ns_;
  }

  /// What is not empty, in rising order: enough for a figure of the whole distribution.
  std::vector<Bin> bins() const {
    std::vector<Bin> result;
    if (!bins_) return result;
    for (std::size_t bin = 0; bin < kDelayBins; ++bin) {
      const std::uint64_t count = bins_->at(static_cast<int>(bin));
      if (count > 0) result.push_back({delay_bin_lower(bin), delay_bin_upper(bin), count});
    }
    return result;
  }

 private:
  // Only the bins that are not empty: a row's latencies lie in some dozens of 3,776, and a sweep
  // keeps thousands of rows.
  using Counts = std::map<std::size_t, std::uint64_t>;
  using Bins = boost::histogram::histogram<std::tuple<LogLinearAxis>,
                                           boost::histogram::storage_adaptor<Counts>>;

  void put_in_bin(std::size_t bin, std::uint64_t count) {
    if (count == 0) return;
    if (!bins_) bins_ = boost::histogram::make_histogram_with(Counts{}, LogLinearAxis{});
    bins_->at(static_cast<int>(bin)) += count;
  }

  void note(std::uint64_t ns) {
    count_ += 1;
    sum_ns_ += ns;
    min_ns_ = std::min(min_ns_, ns);
    max_ns_ = std::max(max_ns_, ns);
  }

  std::optional<Bins> bins_;  // Absent while the histogram is empty, as most of a row are.
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
  std::uint64_t min_ns_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ns_ = 0;
  std::array<std::optional<std::uint64_t>, kReportedQuantiles.size()> exact_{};
};

}  // namespace loopsteal
