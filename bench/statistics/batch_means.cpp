#include "bench/statistics/batch_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

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

// Tries fewer and longer batches until neighbours are nearly independent. `size` is that of the
// shortest ones, above 0, and `mean_of_batch` gets a Cut and the index of a batch of it.
template <class MeanOfBatch>
BatchEstimate from_batches(std::size_t size, double confidence, MeanOfBatch mean_of_batch) {
  BatchEstimate result;
  std::vector<double> batches;
  for (std::size_t count = kBatchesMax; count >= kBatchesLastResort; count /= 2) {
    const Cut cut{count, size * (kBatchesMax / count)};
    batches.clear();
    for (std::size_t i = 0; i < count; ++i) batches.push_back(mean_of_batch(cut, i));
    result.batch_size = cut.size;
    result.lag1 = lag1_autocorrelation(batches);
    result.correlated = count < kBatchesMin && result.lag1 > kTrendMin;
    if (result.lag1 < kBatchCorrelationMax) break;
  }
  result.interval = t_interval(batches, confidence);
  return result;
}

}  // namespace

BatchEstimate batch_means(std::span<const double> values, double confidence) {
  const std::size_t size = values.size() / kBatchesMax;
  if (size > 0) {
    BatchEstimate result = from_batches(size, confidence, [values](const Cut& cut, std::size_t i) {
      return mean_of(cut.batch(values, i));
    });
    result.left_out = values.size() - size * kBatchesMax;
    return result;
  }
  BatchEstimate result;
  result.left_out = values.size();
  result.correlated = true;
  result.interval.half_width = std::numeric_limits<double>::infinity();
  if (!values.empty()) result.interval.mean = mean_of(values);
  return result;
}

BatchEstimate batch_means_of_sums(std::span<const double, kBatchesMax> sums, std::size_t size,
                                  std::size_t left_out, double confidence) {
  BatchEstimate result = from_batches(size, confidence, [sums](const Cut& cut, std::size_t i) {
    const std::size_t blocks = kBatchesMax / cut.count;
    double sum = 0;
    for (const double each : sums.subspan(i * blocks, blocks)) sum += each;
    return sum / static_cast<double>(cut.size);
  });
  result.left_out = left_out;
  return result;
}

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

}  // namespace loopsteal
