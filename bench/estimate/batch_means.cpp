#include "bench/estimate/batch_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace loopsteal {
namespace {

// Which values of the run are in batches: the last count * size ones.
struct Cut {
  std::size_t count;
  std::size_t size;

  std::span<const double> batch(std::span<const double> values, std::size_t index) const {
    return values.last(count * size).subspan(index * size, size);
  }
};

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// The nearest rank, as in LatencyHistogram::quantile_ns. `scratch` saves an allocation a batch.
double quantile_of(std::span<const double> values, double q, std::vector<double>& scratch) {
  scratch.assign(values.begin(), values.end());
  const double rank = std::ceil(q * static_cast<double>(values.size()));
  const auto place = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(rank)) - 1;
  std::nth_element(scratch.begin(), scratch.begin() + place, scratch.end());
  return scratch[static_cast<std::size_t>(place)];
}

// Doubles the batches until neighbours are independent. `statistic` turns a batch into a number.
template <class Statistic>
BatchEstimate estimate(std::span<const double> values, double confidence,
                       const Statistic& statistic) {
  BatchEstimate result;
  std::vector<double> batches;
  for (std::size_t count = kBatchesMax; count >= kBatchesLastResort; count /= 2) {
    const Cut cut{count, values.size() / kBatchesMax * (kBatchesMax / count)};
    if (cut.size == 0) break;
    batches.clear();
    for (std::size_t i = 0; i < count; ++i) batches.push_back(statistic(cut.batch(values, i)));
    result.batch_size = cut.size;
    result.left_out = values.size() - count * cut.size;
    result.lag1 = lag1_autocorrelation(batches);
    result.correlated = count < kBatchesMin;
    if (result.lag1 < kBatchCorrelationMax) break;
  }
  if (!batches.empty()) {
    result.interval = t_interval(batches, confidence);
    return result;
  }
  result.left_out = values.size();
  result.correlated = true;
  result.interval.half_width = std::numeric_limits<double>::infinity();
  if (!values.empty()) result.interval.mean = statistic(values);
  return result;
}

}  // namespace

double lag1_autocorrelation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  double products = 0;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - mean) * (values[i] - mean);
    if (i > 0) products += (values[i - 1] - mean) * (values[i] - mean);
  }
  return squares > 0 ? products / squares : 0;
}

BatchEstimate batch_means(std::span<const double> values, double confidence) {
  return estimate(values, confidence, mean_of);
}

std::vector<BatchQuantile> batch_quantiles(std::span<const double> values,
                                           std::span<const double> qs, double confidence) {
  std::vector<BatchQuantile> result;
  std::vector<double> scratch;
  for (const double q : qs) {
    const BatchEstimate found = estimate(values, confidence, [&](std::span<const double> batch) {
      return quantile_of(batch, q, scratch);
    });
    const std::size_t used = found.interval.n * found.batch_size;
    const auto within = static_cast<std::size_t>(std::ceil(q * static_cast<double>(used)));
    const std::size_t beyond = used - std::min(within, used);
    result.push_back(
        {.q = q, .estimate = found, .beyond = beyond, .quotable = beyond >= kBeyondMin});
  }
  return result;
}

}  // namespace loopsteal
