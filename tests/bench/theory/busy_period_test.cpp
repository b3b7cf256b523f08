// Last come, first served with exponential services.
#include "bench/theory/busy_period.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/theory/pollaczek.hpp"

namespace loopsteal::theory {
namespace {

TEST(LastComeExponential, AgreesWithTheBusyPeriodsQuantiles) {
  EXPECT_NEAR(LastComeExponential(0.5).wait_quantile(0.99), 12.797662, 5.1e-7);
  EXPECT_NEAR(LastComeExponential(0.8).wait_quantile(0.99), 61.976219, 5.1e-7);
  EXPECT_NEAR(LastComeExponential(0.9).wait_quantile(0.99), 166.69769, 5.1e-6);
}

TEST(LastComeExponential, HasTheMomentsOfItsOrder) {
  const LastComeExponential queue(0.5);
  constexpr double kStep = 0.1;
  double wait = 0;
  double square = 0;
  double sojourn = 0;
  for (double x = kStep / 2; x < 150; x += kStep) {
    const double tail = queue.wait_tail(x);
    wait += kStep * tail;
    square += kStep * 2 * x * tail;
    sojourn += kStep * queue.sojourn_tail(x);
  }
  const Service service = Service::exponential();
  EXPECT_NEAR(wait, single_server_wait_mean(0.5, service), 1e-3);
  EXPECT_NEAR(square, single_server_wait_second_moment(0.5, service, Order::lifo), 2e-3);
  EXPECT_NEAR(sojourn, 2, 1e-3);
}

TEST(LastComeExponential, WaitsOnlyIfTheWorkerIsBusy) {
  EXPECT_NEAR(LastComeExponential(0.99).wait_tail(0), 0.99, 1e-12);
  EXPECT_NEAR(LastComeExponential(0.3).sojourn_tail(0), 1, 1e-12);
  EXPECT_EQ(LastComeExponential(0.3).wait_quantile(0.5), 0);
}

TEST(LastComeExponential, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(LastComeExponential(1), std::invalid_argument);
  EXPECT_THROW(LastComeExponential(0.5).wait_quantile(1), std::invalid_argument);
  EXPECT_THROW(LastComeExponential(0.5).sojourn_quantile(-1), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
