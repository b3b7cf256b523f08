#include "bench/statistics/pooled_quantile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace loopsteal {
namespace {

using Bin = LatencyHistogram::Bin;

double count_of(const LatencyBins& bins) {
  double count = 0;
  for (const Bin& bin : bins) count += static_cast<double>(bin.count);
  return count;
}

double lower(const Bin& bin) { return static_cast<double>(bin.lower_ns); }
double upper(const Bin& bin) { return static_cast<double>(bin.upper_ns) + 1; }

// Shares of all, by bin, in rising order.
class Pool {
 public:
  explicit Pool(std::span<const LatencyBins> replications) {
    const auto n = static_cast<double>(replications.size());
    for (const LatencyBins& bins : replications) {
      const double count = count_of(bins);
      for (const Bin& bin : bins) {
        Share& share = shares_[bin.lower_ns];
        share.upper_ns = upper(bin);
        share.of_all += static_cast<double>(bin.count) / count / n;
      }
    }
  }

  // The latency that the share `up_to` does not exceed.
  double quantile(double up_to) const {
    double below = 0;
    for (const auto& [lower_ns, share] : shares_) {
      if (below + share.of_all >= up_to) {
        const auto low = static_cast<double>(lower_ns);
        return low + (share.upper_ns - low) * std::max(0.0, up_to - below) / share.of_all;
      }
      below += share.of_all;
    }
    return shares_.rbegin()->second.upper_ns;
  }

  // The first and the last whole ns of the bin that quantile(up_to) lies in.
  std::pair<double, double> bin_of_quantile(double up_to) const {
    double below = 0;
    for (const auto& [lower_ns, share] : shares_) {
      below += share.of_all;
      if (below >= up_to) return {static_cast<double>(lower_ns), share.upper_ns - 1};
    }
    const auto& [lower_ns, share] = *shares_.rbegin();
    return {static_cast<double>(lower_ns), share.upper_ns - 1};
  }

 private:
  struct Share {
    double upper_ns = 0;
    double of_all = 0;
  };
  std::map<std::uint64_t, Share> shares_;
};

}  // namespace

double share_up_to(const LatencyBins& bins, double latency_ns) {
  double below = 0;
  for (const Bin& bin : bins) {
    if (lower(bin) >= latency_ns) break;
    const double part = std::min(1.0, (latency_ns - lower(bin)) / (upper(bin) - lower(bin)));
    below += part * static_cast<double>(bin.count);
  }
  return below / count_of(bins);
}

Estimate binned_quantile(const LatencyBins& all, std::span<const LatencyBins> batches, double q,
                         double confidence) {
  const Pool pool(std::span(&all, 1));
  Estimate found{.high = std::numeric_limits<double>::infinity()};
  found.value = std::min(pool.quantile(q), pool.bin_of_quantile(q).second);
  if (batches.size() < 2) return found;
  std::vector<double> shares;
  for (const LatencyBins& bins : batches) shares.push_back(share_up_to(bins, found.value));
  const double off = t_interval(shares, confidence).half_width;
  if (q - off > 0) found.low = pool.bin_of_quantile(q - off).first;
  if (q + off < 1) found.high = pool.bin_of_quantile(q + off).second;
  return found;
}

Estimate pooled_quantile(std::span<const LatencyBins> replications, double beyond,
                         double confidence) {
  const Pool pool(replications);
  const double up_to = 1 - beyond;
  const double value = pool.quantile(up_to);
  std::vector<double> shares;
  for (const LatencyBins& bins : replications) shares.push_back(share_up_to(bins, value));
  const double off = t_interval(shares, confidence).half_width;
  return {value, pool.quantile(std::max(0.0, up_to - off)),
          pool.quantile(std::min(1.0, up_to + off))};
}

}  // namespace loopsteal
