// The adaptive interval: Tokio's moving average, its clamp and its hysteresis.
#include "sched/policy/work_stealing/global_interval.hpp"

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

std::uint32_t after(GlobalInterval& interval, Duration job, int batches, std::uint32_t jobs = 61) {
  for (int i = 0; i < batches; ++i) interval.learn(job * jobs, jobs);
  return interval.get();
}

TEST(GlobalInterval, AFixedOneStays) {
  GlobalInterval interval(31);
  EXPECT_FALSE(interval.adaptive());
  EXPECT_EQ(interval.get(), 31u);
}

TEST(GlobalInterval, AnAdaptiveOneBeginsAt61) {
  GlobalInterval interval(WorkStealingOptions::kAdaptive);
  EXPECT_TRUE(interval.adaptive());
  EXPECT_EQ(interval.get(), 61u);
}

TEST(GlobalInterval, ItConvergesTo200MicrosecondsWorthOfJobs) {
  for (const auto& [job, expected] :
       {std::pair<Duration, std::uint32_t>{10us, 20}, {2us, 100}, {50us, 4}, {5us, 40}}) {
    GlobalInterval interval(WorkStealingOptions::kAdaptive);
    EXPECT_NEAR(after(interval, job, 50), expected, 2) << job.count();
  }
}

TEST(GlobalInterval, ItStaysBetween2And127) {
  GlobalInterval interval(WorkStealingOptions::kAdaptive);
  EXPECT_EQ(after(interval, 1s, 50), 2u);
  EXPECT_EQ(after(interval, 1ns, 50), 127u);
  EXPECT_EQ(after(interval, 0ns, 50), 127u);
}

TEST(GlobalInterval, AChangeOfTwoIsNone) {
  GlobalInterval interval(WorkStealingOptions::kAdaptive);
  // 200 us / 59 is 3389 ns: the fitting interval is 59, two less.
  EXPECT_EQ(after(interval, 3'389ns, 100), 61u);
  EXPECT_EQ(after(interval, 3'446ns, 100), 58u);
}

// One job weighs a tenth, as in Tokio: from 200/61 us to 0.9 of that and 0.1 of 32.786 us is 1.9
// times as much.
TEST(GlobalInterval, OneJobWeighsATenth) {
  GlobalInterval interval(WorkStealingOptions::kAdaptive);
  interval.learn(32'786ns, 1);
  EXPECT_NEAR(interval.get(), 61 / 1.9, 1);
}

TEST(GlobalInterval, ABatchWeighsAsMuchAsItsJobs) {
  GlobalInterval batch(WorkStealingOptions::kAdaptive), one_by_one(WorkStealingOptions::kAdaptive);
  batch.learn(7 * 20us, 7);
  for (int i = 0; i < 7; ++i) one_by_one.learn(20us, 1);
  EXPECT_NEAR(batch.get(), one_by_one.get(), 2);
}

TEST(GlobalInterval, AnEmptyBatchTeachesNothing) {
  GlobalInterval interval(WorkStealingOptions::kAdaptive);
  interval.learn(10s, 0);
  EXPECT_EQ(interval.get(), 61u);
}

}  // namespace
}  // namespace loopsteal
