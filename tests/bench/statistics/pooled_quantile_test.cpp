#include "bench/statistics/pooled_quantile.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

// `late` of 1,000 latencies are long, the others short.
LatencyBins replication(int late, std::int64_t long_ns = 1'000'000) {
  LatencyHistogram histogram;
  for (int i = 0; i < 1'000; ++i) histogram.add(Duration(i < late ? long_ns : 1'000 + i));
  return histogram.bins();
}

TEST(PooledQuantile, IsThatOfAllRequestsAndNotTheMeanOfMany) {
  // One replication of ten is bad; of all requests 0.5 % are late.
  std::vector<LatencyBins> replications(9, replication(0));
  replications.push_back(replication(50));
  EXPECT_LT(pooled_quantile(replications, 0.01).value, 2'100);
  EXPECT_GT(pooled_quantile(replications, 0.001).value, 900'000);
}

TEST(PooledQuantile, HasAnIntervalThatIsNotInTheMiddle) {
  std::vector<LatencyBins> replications(9, replication(0));
  replications.push_back(replication(50));
  const Estimate estimate = pooled_quantile(replications, 0.01);
  EXPECT_GT(estimate.low, 1'900);
  EXPECT_GT(estimate.high, 900'000);  // One bad replication more, and it is that bad.
}

TEST(PooledQuantile, OfEqualReplicationsIsCertain) {
  const std::vector<LatencyBins> replications(10, replication(20));
  const Estimate estimate = pooled_quantile(replications, 0.5);
  EXPECT_DOUBLE_EQ(estimate.low, estimate.value);
  EXPECT_DOUBLE_EQ(estimate.high, estimate.value);
  EXPECT_NEAR(estimate.value, 1'510, 1'510 * LatencyHistogram::kRelativeError);
}

}  // namespace
}  // namespace loopsteal
