// M/D/c against published methods' numbers, M/D/1's closed forms, and a search for a load.
#include "bench/theory/deterministic_service.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

struct Row {
  std::uint64_t workers;
  double load;
  double wait_mean;
  double probability_of_wait;
  double wait_p50;
  double wait_p99;
  double wait_p999;
};

// The mean to eight decimals, P(W > 0) to six, quantiles to five.
constexpr Row kRows[] = {
    {2, 0.5, 0.17674106, 0.323259, 0, 1.56392, 2.47894},
    {2, 0.8, 0.90328388, 0.701898, 0.54390, 5.06955, 7.74174},
    {2, 0.9, 2.14692321, 0.847108, 1.39895, 10.84033, 16.39820},
    {4, 0.5, 0.04965174, 0.163294, 0, 0.71081, 1.16899},
    {4, 0.9, 0.99996589, 0.775437, 0.62115, 5.33938, 8.11831},
    {16, 0.5, 0.00081023, 0.008338, 0, 0, 0.20156},
    {16, 0.8, 0.05254789, 0.281604, 0, 0.54347, 0.87840},
    {16, 0.9, 0.19246703, 0.565341, 0.05529, 1.26387, 1.95860},
    {16, 0.95, 0.49669286, 0.762138, 0.30121, 2.70341, 4.11813},
    {64, 0.8, 0.00279492, 0.049975, 0, 0.09119, 0.18980},
    {64, 0.9, 0.02673413, 0.284004, 0, 0.28073, 0.45445},
    {64, 0.95, 0.09575855, 0.558528, 0.02432, 0.63986, 0.99354},
};

TEST(SharedDeterministic, AgreesWithTheTableToItsLastDigit) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(testing::Message() << row.workers << " workers at a load of " << row.load);
    const SharedDeterministic queue(row.workers, row.load);
    EXPECT_NEAR(queue.wait_mean(), row.wait_mean, 5.1e-9);
    EXPECT_NEAR(queue.probability_of_wait(), row.probability_of_wait, 5.1e-7);
    EXPECT_NEAR(queue.wait_quantile(0.5), row.wait_p50, 5.1e-6);
    EXPECT_NEAR(queue.wait_quantile(0.99), row.wait_p99, 5.1e-6);
    EXPECT_NEAR(queue.wait_quantile(0.999), row.wait_p999, 5.1e-6);
    EXPECT_EQ(queue.sojourn_quantile(0.99), 1 + queue.wait_quantile(0.99));
  }
}

TEST(SharedDeterministic, WithOneWorkerIsPollaczekAndKhinchines) {
  for (const double load : {0.1, 0.5, 0.95, 0.99}) {
    const SharedDeterministic queue(1, load);
    EXPECT_NEAR(queue.wait_mean(), load / (2 * (1 - load)), 1e-9);
    EXPECT_NEAR(queue.probability_of_wait(), load, 1e-12);
    // Erlang's formula within the first service time: P(W <= x) = (1 - load) exp(load x).
    EXPECT_NEAR(queue.wait_tail(0.5), 1 - (1 - load) * std::exp(load / 2), 1e-12);
  }
}

TEST(SharedDeterministic, TheTailIsAContinuousDistributionWithTheMean) {
  const SharedDeterministic queue(4, 0.9);
  EXPECT_NEAR(queue.wait_tail(0), queue.probability_of_wait(), 1e-12);
  EXPECT_NEAR(queue.wait_tail(1 - 1e-9), queue.wait_tail(1), 1e-8);
  double mean = 0;
  double before = 1;
  constexpr double kStep = 1.0 / 256;
  for (double x = kStep / 2; x < 40; x += kStep) {
    const double tail = queue.wait_tail(x);
    EXPECT_LE(tail, before + 1e-13);
    mean += kStep * tail;
    before = tail;
  }
  EXPECT_NEAR(mean, queue.wait_mean(), 1e-5);
}

TEST(SharedDeterministic, ManyWorkersStayWithinTheirBounds) {
  const SharedDeterministic half_idle(1'000, 0.5);
  EXPECT_NEAR(half_idle.wait_mean(), 0, 1e-12);
  EXPECT_NEAR(half_idle.probability_of_wait(), 0, 1e-10);
  EXPECT_EQ(half_idle.wait_quantile(0.99), 0);
  // Half the wait of exponential services, at 1,024 workers near enough to saturation.
  const SharedDeterministic busy(1'024, 0.999);
  EXPECT_GT(busy.wait_mean(), 0.5 * 0.93826);
  EXPECT_LT(busy.wait_mean(), 0.55 * 0.93826);
}

// The largest load that keeps p99 of the sojourn within ten services: 77.35 % for one worker,
// 98.43 % for 16.
TEST(SharedDeterministic, FindsTheLoadThatMeetsAnObjective) {
  const auto meets = [](std::uint64_t workers, double load) {
    return SharedDeterministic(workers, load).sojourn_quantile(0.99) <= 10;
  };
  EXPECT_TRUE(meets(1, 0.77345));
  EXPECT_FALSE(meets(1, 0.77355));
  EXPECT_TRUE(meets(16, 0.98425));
  EXPECT_FALSE(meets(16, 0.98435));
}

TEST(SharedDeterministic, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(SharedDeterministic(0, 0.5), std::invalid_argument);
  EXPECT_THROW(SharedDeterministic(4, 1), std::invalid_argument);
  EXPECT_THROW(SharedDeterministic(4, 0.5).wait_quantile(1), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
