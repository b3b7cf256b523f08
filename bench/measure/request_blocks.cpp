#include "bench/measure/request_blocks.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "sched/observe/delays.hpp"

namespace loopsteal {
namespace {

using Count = std::atomic<std::uint64_t>;

// Blocks that make up one batch of a quantile.
constexpr std::size_t kBlocksInBatch = kBatchesMax / kQuantileBatches;
static_assert(kBlocksInBatch * kQuantileBatches == kBatchesMax);

// Rows of bins: sojourns of the requests between the warm-up and the first block, sojourns of each
// batch, and waits.
constexpr std::size_t kFirstBatchRow = 1;
constexpr std::size_t kWaitRow = kFirstBatchRow + kQuantileBatches;
constexpr std::size_t kRows = kWaitRow + 1;

std::uint64_t nanoseconds(Duration time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
}

// Number of the calling thread, in the order in which threads asked for it.
std::size_t number_of_this_thread() noexcept {
  static std::atomic<std::size_t> threads = 0;
  // relaxed: the numbers publish nothing.
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace

// Counts of one thread. Two threads may share a shard, so counts are atomic. All operations are
// relaxed: the end of Scheduler::run() orders them before everything that reads them.
struct alignas(64) RequestBlocks::Shard {
  using Sums = std::array<Count, kBatchesMax + 1>;

  explicit Shard(bool one_thread = false) noexcept : one_thread_(one_thread) {}

  void add(Count& count, std::uint64_t amount) noexcept {
    if (one_thread_) {  // An atomic addition takes ten times as long, and is for several threads.
      count.store(count.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    } else {
      count.fetch_add(amount, std::memory_order_relaxed);
    }
  }

  static void raise(Count& largest, std::uint64_t value) noexcept {
    std::uint64_t seen = largest.load(std::memory_order_relaxed);
    while (seen < value && !largest.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
    }
  }

  Count& bin(std::size_t row, std::uint64_t ns) noexcept {
    return bins[row * kDelayBins + delay_bin(ns)];
  }

  Count taken = 0;
  Count marks = 0;
  Count impossible = 0;
  Count longest_wait_ns = 0;
  Count longest_sojourn_ns = 0;
  Sums wait_ns{};     ///< Of the requests before the first block, then of each block.
  Sums sojourn_ns{};  ///< Of the same.
  std::array<Count, kRows * kDelayBins> bins{};

 private:
  const bool one_thread_;
};

std::size_t bytes_of_a_shard() noexcept {
  return sizeof(std::array<Count, kRows * kDelayBins>) + 2 * sizeof(std::array<Count, kBatchesMax>);
}

RequestBlocks::RequestBlocks(std::uint64_t kept, unsigned threads, WarmUpOf warm_up)
    : limit_(std::max<std::uint64_t>(kept, kBatchesMax)),
      warm_up_(std::move(warm_up)),
      shard_count_(std::clamp(threads, 1u, kShardsMax)) {}

RequestBlocks::~RequestBlocks() = default;

bool RequestBlocks::wants(std::uint64_t requests) {
  if (requests <= limit_) return false;
  deleted_ = warm_up_ ? warm_up_(requests) : 0;
  block_size_ = (requests - deleted_) / kBatchesMax;
  if (block_size_ == 0) return false;  // The warm-up leaves too few requests for blocks.
  for (std::size_t i = 0; i < shard_count_; ++i)
    shards_.push_back(std::make_unique<Shard>(shard_count_ == 1));
  first_block_ = requests - block_size_ * kBatchesMax;
  requests_ = requests;
  return true;
}

RequestBlocks::Shard& RequestBlocks::shard_of_this_thread() const noexcept {
  return *shards_[shard_count_ == 1 ? 0 : number_of_this_thread() % shard_count_];
}

void RequestBlocks::take(std::uint64_t index, const RequestSample& sample) noexcept {
  Shard& shard = shard_of_this_thread();
  shard.add(shard.taken, 1);
  shard.add(shard.marks, mark_of(index));
  if (is_impossible(sample)) shard.add(shard.impossible, 1);
  if (index < deleted_) return;
  const std::size_t place = index < first_block_ ? 0 : 1 + (index - first_block_) / block_size_;
  const std::size_t row = place == 0 ? 0 : kFirstBatchRow + (place - 1) / kBlocksInBatch;
  const std::uint64_t wait = nanoseconds(sample.wait);
  const std::uint64_t sojourn = nanoseconds(sample.sojourn);
  shard.add(shard.wait_ns[place], wait);
  shard.add(shard.sojourn_ns[place], sojourn);
  shard.add(shard.bin(kWaitRow, wait), 1);
  shard.add(shard.bin(row, sojourn), 1);
  Shard::raise(shard.longest_wait_ns, wait);
  Shard::raise(shard.longest_sojourn_ns, sojourn);
}

RequestSink::Account RequestBlocks::account() const noexcept {
  Account account;
  for (const auto& shard : shards_) {
    account.taken += shard->taken.load(std::memory_order_relaxed);
    account.marks += shard->marks.load(std::memory_order_relaxed);
    account.impossible += shard->impossible.load(std::memory_order_relaxed);
  }
  return account;
}

// Totals of all shards, in the rows from `first` to `last`.
LatencyHistogram RequestBlocks::histogram_of(std::size_t first, std::size_t last) const {
  std::vector<std::uint64_t> counts(kDelayBins);
  std::uint64_t longest = 0;
  std::uint64_t sum = 0;
  const bool waits = first == kWaitRow;
  for (const auto& shard : shards_) {
    for (std::size_t row = first; row <= last; ++row) {
      for (std::size_t bin = 0; bin < kDelayBins; ++bin)
        counts[bin] += shard->bins[row * kDelayBins + bin].load(std::memory_order_relaxed);
    }
    for (const Count& each : waits ? shard->wait_ns : shard->sojourn_ns)
      sum += each.load(std::memory_order_relaxed);
    const Count& most = waits ? shard->longest_wait_ns : shard->longest_sojourn_ns;
    longest = std::max(longest, most.load(std::memory_order_relaxed));
  }
  LatencyHistogram histogram;
  histogram.add_bins(counts);
  if (histogram.count() > 0) histogram.restore_sum(sum, longest);
  return histogram;
}

LatencyHistogram RequestBlocks::waits() const { return histogram_of(kWaitRow, kWaitRow); }

LatencyHistogram RequestBlocks::sojourns() const { return histogram_of(0, kWaitRow - 1); }

LatencyBins RequestBlocks::batch(std::size_t index) const {
  return histogram_of(kFirstBatchRow + index, kFirstBatchRow + index).bins();
}

BatchEstimate RequestBlocks::mean_wait() const { return means(false); }

BatchEstimate RequestBlocks::mean_sojourn() const { return means(true); }

BatchEstimate RequestBlocks::means(bool of_sojourns) const {
  std::array<double, kBatchesMax> sums{};
  for (std::size_t block = 0; block < kBatchesMax; ++block) {
    std::uint64_t sum = 0;
    for (const auto& shard : shards_) {
      const Count& each = (of_sojourns ? shard->sojourn_ns : shard->wait_ns)[1 + block];
      sum += each.load(std::memory_order_relaxed);
    }
    sums[block] = static_cast<double>(sum);
  }
  return batch_means_of_sums(sums, block_size_, first_block_ - deleted_);
}

std::vector<Estimate> RequestBlocks::sojourn_quantiles(std::span<const double> qs) const {
  const LatencyBins all = sojourns().bins();
  std::vector<LatencyBins> batches;
  for (std::size_t i = 0; i < kQuantileBatches; ++i) batches.push_back(batch(i));
  std::vector<Estimate> found;
  for (const double q : qs) found.push_back(binned_quantile(all, batches, q));
  return found;
}

}  // namespace loopsteal
