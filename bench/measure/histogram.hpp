// Latencies of one run, or of many runs merged, in constant memory: log-linear bins whose width is
// at most 1/64 of what lies in them, so that every quantile is within kRelativeError of the truth.
//
// The counting and merging is Boost.Histogram's; ours are the bins, which schedulers that observe
// delays count in, too, and the quantiles.
#pragma once

#include <algorithm>
#include <boost/histogram/histogram.hpp>
#include <boost/histogram/make_histogram.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

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

  /// A negative latency counts as zero: clocks of two CPUs may disagree by some ns.
  void add(Duration latency) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
    bins_(ns);
    count_ += 1;
    sum_ns_ += ns;
    min_ns_ = std::min(min_ns_, ns);
    max_ns_ = std::max(max_ns_, ns);
  }

  /// As if all that `other` has seen had been added here.
  void merge(const LatencyHistogram& other) {
    bins_ += other.bins_;
    count_ += other.count_;
    sum_ns_ += other.sum_ns_;
    min_ns_ = std::min(min_ns_, other.min_ns_);
    max_ns_ = std::max(max_ns_, other.max_ns_);
  }

  /// Puts back what bins() gave. Quantiles and count are then the same; minimum, maximum and mean
  /// are as exact as the bins.
  void add_bin(std::uint64_t upper_ns, std::uint64_t count) {
    if (count == 0) return;
    const std::size_t bin = delay_bin(upper_ns);
    bins_.at(static_cast<int>(bin)) += count;
    count_ += count;
    sum_ns_ += delay_bin_middle(bin) * count;
    min_ns_ = std::min(min_ns_, delay_bin_lower(bin));
    max_ns_ = std::max(max_ns_, delay_bin_upper(bin));
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

  /// The smallest latency that at least the share `q` of all do not exceed (the nearest rank), as
  /// the middle of its bin, but within what was seen. 0 <= q <= 1; 0 when empty.
  std::uint64_t quantile_ns(double q) const {
    if (count_ == 0) return 0;
    const double rank = std::ceil(q * static_cast<double>(count_));
    const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < kDelayBins; ++bin) {
      seen += bins_.at(static_cast<int>(bin));
      if (seen >= wanted) return std::clamp(delay_bin_middle(bin), min_ns_, max_ns_);
    }
    return max_ns_;
  }

  /// What is not empty, in rising order: enough for a figure of the whole distribution.
  std::vector<Bin> bins() const {
    std::vector<Bin> result;
    for (std::size_t bin = 0; bin < kDelayBins; ++bin) {
      const std::uint64_t count = bins_.at(static_cast<int>(bin));
      if (count > 0) result.push_back({delay_bin_lower(bin), delay_bin_upper(bin), count});
    }
    return result;
  }

 private:
  using Bins = boost::histogram::histogram<
      std::tuple<LogLinearAxis>,
      boost::histogram::storage_adaptor<std::vector<std::uint64_t>>>;

  Bins bins_ = boost::histogram::make_histogram_with(std::vector<std::uint64_t>{}, LogLinearAxis{});
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
  std::uint64_t min_ns_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ns_ = 0;
};

}  // namespace loopsteal
