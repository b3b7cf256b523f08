#include "workloads/support/shards.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

constexpr int kJobs = 100'000;

std::vector<double> shares_of(const ShardOptions& options) {
  const Shards shards(options, 1);
  std::vector<double> shares(options.shards);
  for (std::uint64_t job = 0; job < kJobs; ++job) shares.at(shards.of_job(job)) += 1.0 / kJobs;
  return shares;
}

double tolerance(double share) { return 5 * std::sqrt(share / kJobs); }

TEST(Shards, NineJobsInTenBelongToTheHotShardAndTheRestIsEven) {
  const std::vector<double> shares = shares_of({});
  ASSERT_EQ(shares.size(), 16u);
  EXPECT_NEAR(shares[0], 0.9, tolerance(0.9));
  for (std::size_t shard = 1; shard < shares.size(); ++shard)
    EXPECT_NEAR(shares[shard], 0.1 / 15, tolerance(0.1 / 15));
}

// The published share of the hottest of 16 keys.
TEST(Shards, ZipfTakesThePlaceOfTheHotShard) {
  const std::vector<double> shares = shares_of({.zipf = 1.0});
  EXPECT_NEAR(shares[0], 0.2958, tolerance(0.2958));
  EXPECT_NEAR(shares[1], 0.2958 / 2, tolerance(0.1479));
}

TEST(Shards, OneShardHasAllJobs) { EXPECT_NEAR(shares_of({.shards = 1, .hot = 0})[0], 1, 1e-9); }

TEST(Shards, AJobKeepsItsShard) {
  const Shards shards({}, 9);
  const Shards again({}, 9);
  for (std::uint64_t job = 0; job < 1000; ++job) EXPECT_EQ(shards.of_job(job), again.of_job(job));
}

}  // namespace
}  // namespace loopsteal
