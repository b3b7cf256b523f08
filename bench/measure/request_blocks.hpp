// The requests of a run that is too long to keep each of them, in memory of fixed size.
//
// While the run lasts, each request is counted in the block of its index: the sum of its times and
// a bin of a histogram. A run has kBatchesMax blocks of equal length behind its warm-up, so batch
// means and shares beyond a quantile are those that the single requests would give. Means are
// exact. A quantile is known to lie in one bin, which is at most kQuantileResolution wide.
//
// Each thread counts in a shard of its own where there are shards enough, so a request costs no
// lock and, on real threads, no line that two threads write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "bench/statistics/batch_means.hpp"
#include "bench/statistics/histogram.hpp"
#include "bench/statistics/pooled_quantile.hpp"
#include "bench/statistics/quantile.hpp"
#include "workloads/request_sink.hpp"

namespace loopsteal {

/// Requests up to which a run keeps each one, so that its quantiles are exact: 2^20. With its
/// estimates such a run takes 32 MB, and a thousand requests lie beyond its p99.9. Longer runs are
/// counted in blocks.
inline constexpr std::uint64_t kRequestsKept = std::uint64_t{1} << 20;

/// A quantile from blocks is off by at most this share of itself: the width of a bin.
inline constexpr double kQuantileResolution = 2 * LatencyHistogram::kRelativeError;

/// Threads beyond this many share shards, so that the counts of a run stay below 22 MB.
inline constexpr unsigned kShardsMax = 32;

/// Memory of one shard, in bytes.
[[nodiscard]] std::size_t bytes_of_a_shard() noexcept;

/// The counts of one run. Another run takes another object.
class RequestBlocks final : public RequestSink {
 public:
  /// How many of a run's first requests do not count, by the number of all. May throw.
  using WarmUpOf = std::function<std::uint64_t(std::uint64_t requests)>;

  /// Wants runs of more than `kept` requests, and of more than kBatchesMax. With `threads` of 1 a
  /// single thread calls take(); with more any number may.
  RequestBlocks(std::uint64_t kept, unsigned threads, WarmUpOf warm_up);
  ~RequestBlocks() override;

  [[nodiscard]] bool wants(std::uint64_t requests) override;
  void take(std::uint64_t index, const RequestSample& sample) noexcept override;
  [[nodiscard]] Account account() const noexcept override;

  /// Whether the run's requests are here. All that follows: after a run for which this is true.
  [[nodiscard]] bool in_use() const noexcept { return requests_ > 0; }

  /// Requests at the beginning that do not count.
  [[nodiscard]] std::uint64_t deleted() const noexcept { return deleted_; }
  /// Requests that count.
  [[nodiscard]] std::uint64_t kept() const noexcept { return requests_ - deleted_; }

  /// The requests that count. No quantile is exact.
  [[nodiscard]] LatencyHistogram waits() const;
  [[nodiscard]] LatencyHistogram sojourns() const;
  /// Batch means of the requests that count, as of the single values.
  [[nodiscard]] BatchEstimate mean_wait() const;
  [[nodiscard]] BatchEstimate mean_sojourn() const;
  /// Quantiles of the sojourn over kQuantileBatches batches. An interval ends at the ends of bins,
  /// so that it has the resolution in it.
  [[nodiscard]] std::vector<Estimate> sojourn_quantiles(std::span<const double> qs) const;

 private:
  struct Shard;

  [[nodiscard]] Shard& shard_of_this_thread() const noexcept;
  [[nodiscard]] BatchEstimate means(bool of_sojourns) const;
  [[nodiscard]] LatencyHistogram histogram_of(std::size_t first_row, std::size_t last_row) const;
  [[nodiscard]] LatencyBins batch(std::size_t index) const;

  const std::uint64_t limit_;
  const WarmUpOf warm_up_;
  const std::size_t shard_count_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::uint64_t requests_ = 0;  // 0: the run keeps its requests.
  std::uint64_t deleted_ = 0;
  std::uint64_t first_block_ = 0;  // Index of its first request.
  std::uint64_t block_size_ = 0;
};

}  // namespace loopsteal
