#include "sched/observe/delays.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace loopsteal {

std::uint64_t delay_count(std::span<const std::uint64_t> bins) noexcept {
  return std::accumulate(bins.begin(), bins.end(), std::uint64_t{0});
}

std::uint64_t delay_quantile_ns(std::span<const std::uint64_t> bins, double q) noexcept {
  const std::uint64_t count = delay_count(bins);
  if (count == 0) return 0;
  const double rank = std::ceil(q * static_cast<double>(count));
  const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, count);
  std::size_t bin = 0;
  for (std::uint64_t seen = bins[0]; seen < wanted; seen += bins[bin]) ++bin;
  return delay_bin_middle(bin);
}

void merge_delays(std::vector<std::uint64_t>& into, std::span<const std::uint64_t> from) {
  if (into.size() < from.size()) into.resize(from.size());
  std::transform(from.begin(), from.end(), into.begin(), into.begin(), std::plus<>{});
}

void DelayHistogram::add_to(std::vector<std::uint64_t>& bins) const {
  bins.resize(kDelayBins);
  for (std::size_t i = 0; i < kDelayOctaves; ++i) {
    if (octaves_[i] == nullptr) continue;
    for (std::size_t j = 0; j < kDelayBinsAnOctave; ++j)
      bins[i * kDelayBinsAnOctave + j] += octaves_[i]->counts[j];
  }
}

}  // namespace loopsteal
