// Moments of M/G/1 in three orders, and of a shared worker.
#include "bench/theory/pollaczek.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

TEST(SingleServer, HasTheMeanWaitOfPollaczekAndKhinchine) {
  EXPECT_DOUBLE_EQ(single_server_wait_mean(0.8, Service::deterministic()), 2);
  EXPECT_DOUBLE_EQ(single_server_wait_mean(0.8, Service::exponential()), 4);
  EXPECT_NEAR(single_server_wait_mean(0.8, Service::bimodal_1()), 6.5, 1e-12);
  EXPECT_NEAR(single_server_wait_mean(0.8, Service::lognormal(4)), 10, 1e-12);
  EXPECT_NEAR(single_server_wait_mean(0.8, Service::pareto(2.5)), 3.6, 1e-12);
}

TEST(SingleServer, TheOrderChangesTheSecondMomentOnly) {
  const Service service = Service::exponential();
  EXPECT_NEAR(single_server_wait_second_moment(0.8, service, Order::fifo), 40, 1e-12);
  EXPECT_NEAR(single_server_wait_second_moment(0.8, service, Order::random), 200.0 / 3, 1e-12);
  EXPECT_NEAR(single_server_wait_second_moment(0.8, service, Order::lifo), 200, 1e-12);
}

TEST(SingleServer, MomentsThatDoNotExistAreInfinite) {
  EXPECT_TRUE(std::isinf(single_server_wait_mean(0.5, Service::pareto(2))));
  EXPECT_TRUE(std::isinf(single_server_wait_second_moment(0.5, Service::pareto(2.5), Order::fifo)));
}

TEST(ProcessorSharing, IsInProportionToTheSize) {
  EXPECT_DOUBLE_EQ(processor_sharing_sojourn_mean(0.8), 5);
  EXPECT_DOUBLE_EQ(processor_sharing_sojourn_mean(0.8, 5.5), 27.5);
}

TEST(SingleServer, RefusesWhatHasNoAnswer) {
  const Service service = Service::exponential();
  EXPECT_THROW(single_server_wait_mean(1, service), std::invalid_argument);
  EXPECT_THROW(single_server_wait_second_moment(0, service, Order::lifo), std::invalid_argument);
  EXPECT_THROW(processor_sharing_sojourn_mean(1.1), std::invalid_argument);
  EXPECT_THROW(processor_sharing_sojourn_mean(0.5, -1), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
