#include "bench/statistics/quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace loopsteal {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// Shares of values above `limit`, one for each batch of `size` values.
std::array<double, kQuantileBatches> shares_above(std::span<const double> values, double limit,
                                                  std::size_t size) {
  std::array<double, kQuantileBatches> shares{};
  for (std::size_t batch = 0; batch < kQuantileBatches; ++batch) {
    const auto above = std::ranges::count_if(values.subspan(batch * size, size),
                                             [limit](double value) { return value > limit; });
    shares[batch] = static_cast<double>(above) / static_cast<double>(size);
  }
  return shares;
}

// The value that the share `above` of the sorted values exceeds.
double value_exceeded_by(std::span<const double> sorted, double above) {
  if (above <= 0) return kInfinite;
  if (above >= 1) return 0;
  return sorted[nearest_rank(sorted.size(), 1 - above) - 1];
}

}  // namespace

std::uint64_t nearest_rank(std::uint64_t count, double q) {
  // 0.07 * 100 is 7.000000000000001 in binary; no share of fewer than 2^30 values is that near to
  // the next rank.
  constexpr double kRounding = 1e-9;
  const double rank = std::ceil(q * static_cast<double>(count) - kRounding);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(rank, 1.0)), 1, count);
}

double quantile_of(std::span<double> values, double q) {
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(nearest_rank(values.size(), q) - 1);
  std::ranges::nth_element(values, nth);
  return *nth;
}

double median_in_place(std::span<double> values) {
  const auto upper = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, upper);
  if (values.size() % 2 == 1) return *upper;
  return (*std::max_element(values.begin(), upper) + *upper) / 2;
}

double median(std::span<const double> values) {
  std::vector<double> scratch(values.begin(), values.end());
  return median_in_place(scratch);
}

double interpolated_quantile(std::vector<double> values, double q) {
  std::ranges::sort(values);
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

std::vector<Estimate> quantile_intervals(std::span<const double> values, std::span<const double> qs,
                                         double confidence) {
  std::vector<Estimate> result;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const std::size_t size = values.size() / kQuantileBatches;
  const auto in_batches = values.last(size * kQuantileBatches);
  for (const double q : qs) {
    Estimate& found = result.emplace_back(Estimate{0, 0, kInfinite});
    if (sorted.empty()) continue;
    found.value = sorted[nearest_rank(sorted.size(), q) - 1];
    if (size < 2) continue;
    const auto shares = shares_above(in_batches, found.value, size);
    const double off = t_interval(shares, confidence).half_width;
    found.low = value_exceeded_by(sorted, 1 - q + off);
    found.high = value_exceeded_by(sorted, 1 - q - off);
  }
  return result;
}

}  // namespace loopsteal
