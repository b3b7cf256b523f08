// Loops that take turns.
#include "bench/theory/erlang_arrivals.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

TEST(ErlangArrivals, OneLoopIsTheSingleServer) {
  const ErlangArrivals queue(1, 0.8);
  EXPECT_NEAR(queue.probability_of_wait(), 0.8, 1e-14);
  EXPECT_NEAR(queue.wait_mean(), 4, 1e-12);
  EXPECT_NEAR(queue.sojourn_mean(), 5, 1e-12);
  EXPECT_NEAR(queue.wait_quantile(0.99), 21.91013, 5.1e-6);
  EXPECT_NEAR(queue.sojourn_quantile(0.5), 3.465736, 5.1e-7);
}

// (1 + (1 - sigma) / (2 load))^-2 = sigma is, less the root 1, the quadratic
// sigma^2 - (1 + 4 load) sigma + 4 load^2 = 0.
TEST(ErlangArrivals, TwoLoopsHaveAClosedForm) {
  for (const double load : {0.1, 0.5, 0.9, 0.99}) {
    const double b = 1 + 4 * load;
    const double sigma = (b - std::sqrt(b * b - 16 * load * load)) / 2;
    EXPECT_NEAR(ErlangArrivals(2, load).probability_of_wait(), sigma, 1e-12);
  }
}

// Ever more loops: arrivals at equal intervals, sigma = exp(-(1 - sigma) / load).
TEST(ErlangArrivals, ManyLoopsTendToRegularArrivals) {
  const double sigma = ErlangArrivals(1'000'000, 0.8).probability_of_wait();
  EXPECT_NEAR(sigma, std::exp(-(1 - sigma) / 0.8), 1e-6);
  EXPECT_LT(sigma, 0.8);
}

TEST(ErlangArrivals, MoreLoopsThatTakeTurnsWaitLess) {
  double before = 1e9;
  for (const std::uint64_t loops : {1, 2, 4, 16, 64}) {
    const ErlangArrivals queue(loops, 0.95);
    EXPECT_LT(queue.sojourn_mean(), before);
    EXPECT_DOUBLE_EQ(queue.sojourn_mean(), 1 + queue.wait_mean());
    before = queue.sojourn_mean();
  }
  EXPECT_GT(before, 19.0 / 2);  // Regular arrivals halve the wait at best.
}

TEST(ErlangArrivals, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(ErlangArrivals(0, 0.5), std::invalid_argument);
  EXPECT_THROW(ErlangArrivals(2, 1), std::invalid_argument);
  EXPECT_THROW(ErlangArrivals(2, 0.5).wait_quantile(0), std::invalid_argument);
  EXPECT_THROW(ErlangArrivals(2, 0.5).sojourn_quantile(1), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
