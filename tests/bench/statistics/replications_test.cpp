// Replications in parallel: the same result whoever is quicker, and an early end when asked for.
#include "bench/statistics/replications.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bench/statistics/histogram.hpp"
#include "tests/bench/statistics/series.hpp"

namespace loopsteal {
namespace {

// The order in which payloads are merged.
struct Order {
  std::vector<std::uint32_t> numbers;
  void merge(const Order& other) {
    numbers.insert(numbers.end(), other.numbers.begin(), other.numbers.end());
  }
};

StoppingRule precision(double relative_half_width) {
  return {.estimands = {"sojourn", "longest"}, .relative_half_width = relative_half_width};
}

StoppingRule exactly(std::uint32_t replications) {
  return {.estimands = {"number"},
          .relative_half_width = 1e-9,
          .replications_min = replications,
          .replications_max = replications};
}

// The mean and the longest of sojourns in a queue, whose number differs by replication so that
// threads overtake each other.
Observation<LatencyHistogram> queue(std::uint32_t replication) {
  const auto values = sojourns(200 + 400 * (replication % 3), 0.6, replication);
  Observation<LatencyHistogram> observation{.estimands = {t_interval(values).mean, 0}};
  for (const double value : values) {
    observation.payload.add(to_duration(1e3 * value));
    observation.estimands[1] = std::max(observation.estimands[1], value);
  }
  return observation;
}

TEST(Replications, AreTheSameBitForBitOnAnyNumberOfThreads) {
  const auto one = replicate(precision(0.05), queue, 1);
  EXPECT_EQ(one.reason, StopReason::precise);
  EXPECT_GT(one.replications, 30u);  // Several rounds.
  EXPECT_LE(one.estimands[0].interval.relative_half_width(), 0.05);
  ASSERT_EQ(one.estimands[0].values.size(), one.replications);
  EXPECT_EQ(one.estimands[1].name, "longest");
  for (const unsigned threads : {2u, 8u}) {
    const auto other = replicate(precision(0.05), queue, threads);
    EXPECT_EQ(other.replications, one.replications);
    EXPECT_EQ(other.reason, one.reason);
    for (std::size_t i = 0; i < one.estimands.size(); ++i) {
      EXPECT_EQ(other.estimands[i].values, one.estimands[i].values);
      EXPECT_EQ(other.estimands[i].interval, one.estimands[i].interval);
    }
    EXPECT_EQ(other.payload.bins(), one.payload.bins());
  }
}

TEST(Replications, AreMergedInOrder) {
  const auto result = replicate(
      exactly(50),
      [](std::uint32_t number) {
        return Observation<Order>{.estimands = {double(number)}, .payload = {{number}}};
      },
      4);
  EXPECT_EQ(result.reason, StopReason::maximum);
  ASSERT_EQ(result.payload.numbers.size(), 50u);
  for (std::uint32_t i = 0; i < 50; ++i) {
    EXPECT_EQ(result.payload.numbers[i], i);
    EXPECT_EQ(result.estimands[0].values[i], i);
  }
}

// Two replications that wait for each other end only if they run at the same time.
TEST(Replications, RunAtTheSameTime) {
  std::mutex mutex;
  std::condition_variable came;
  int there = 0;
  const auto meet = [&](std::uint32_t number) {
    std::unique_lock lock(mutex);
    if (number < 2) {
      ++there;
      came.notify_all();
      EXPECT_TRUE(came.wait_for(lock, std::chrono::minutes(1), [&] { return there == 2; }));
    }
    return Observation<>{.estimands = {1}};
  };
  EXPECT_EQ(replicate(exactly(10), meet, 2).replications, 10u);
}

TEST(Replications, CoverTheTruthWhenStoppedByTheirWidth) {
  constexpr int kTrials = 200;
  int covered = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    const auto body = [&](std::uint32_t number) {
      Stream random(trial, StreamRole::service, number);
      return Observation<>{.estimands = {unit_exponential(random)}};
    };
    StoppingRule rule = exactly(10);
    rule.relative_half_width = 0.1;
    rule.replications_max = 10'000;
    const auto result = replicate(rule, body, 1);
    EXPECT_EQ(result.reason, StopReason::precise);
    covered += result.estimands[0].interval.contains(1) ? 1 : 0;
  }
  EXPECT_GE(covered, 0.88 * kTrials);
  EXPECT_LE(covered, 0.985 * kTrials);
}

TEST(Replications, StopEndsWithWhatIsComplete) {
  for (const unsigned threads : {1u, 2u, 8u}) {
    std::atomic<std::uint32_t> begun = 0;
    const auto body = [&](std::uint32_t number) {
      begun.fetch_add(1, std::memory_order_relaxed);  // Only counted.
      return Observation<Order>{.estimands = {double(number)}, .payload = {{number}}};
    };
    const auto result = replicate(exactly(1'000), body, threads, [&] {
      return begun.load(std::memory_order_relaxed) >= 20;  // Any time from then on will do.
    });
    EXPECT_EQ(result.reason, StopReason::stopped);
    EXPECT_GE(result.replications, 20u);
    EXPECT_LT(result.replications, 20u + threads);
    EXPECT_EQ(result.replications, begun.load());
    ASSERT_EQ(result.payload.numbers.size(), result.replications);
    EXPECT_EQ(result.payload.numbers.back(), result.replications - 1);
    EXPECT_EQ(result.estimands[0].interval.n, result.replications);
  }
}

TEST(Replications, StoppedBeforeTheFirstThereIsNothing) {
  const auto never = [](std::uint32_t) -> Observation<> { throw std::logic_error("begun"); };
  const auto result = replicate(exactly(10), never, 2, [] { return true; });
  EXPECT_EQ(result.replications, 0u);
  EXPECT_EQ(result.reason, StopReason::stopped);
  EXPECT_TRUE(std::isinf(result.estimands[0].interval.half_width));
}

TEST(Replications, TheExceptionOfTheLowestEndsThem) {
  for (const unsigned threads : {1u, 2u, 8u}) {
    std::atomic<std::uint32_t> begun = 0;
    const auto body = [&](std::uint32_t number) -> Observation<> {
      begun.fetch_add(1, std::memory_order_relaxed);  // Only counted.
      if (number >= 17) throw std::runtime_error(std::to_string(number));
      return {.estimands = {1}};
    };
    try {
      replicate(exactly(1'000), body, threads);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "17");
    }
    EXPECT_LE(begun.load(), 17u + threads);
  }
}

TEST(Replications, RefuseWhatDoesNotFit) {
  const auto two = [](std::uint32_t) { return Observation<>{.estimands = {1, 2}}; };
  EXPECT_THROW(replicate(exactly(10), two, 1), std::invalid_argument);
  EXPECT_THROW(replicate(precision(0.1), two, 0), std::invalid_argument);
  EXPECT_THROW(replicate(StoppingRule{}, two, 1), std::invalid_argument);
  EXPECT_EQ(replicate(precision(0.1), two, 1).replications, 10u);
}

}  // namespace
}  // namespace loopsteal
