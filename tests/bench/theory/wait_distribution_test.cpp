// The wait in M/G/1 against tables, against M/M/1 and against the moments.
#include "bench/theory/wait_distribution.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/theory/erlang.hpp"
#include "bench/theory/pollaczek.hpp"

namespace loopsteal::theory {
namespace {

constexpr double kNotGiven = -1;

struct Row {
  Service service;
  double load;
  double wait_mean;
  double wait_p50;
  double wait_p99;
  double wait_p999;
  double sojourn_p50;
  double sojourn_p99;
};

void expect_near(double value, double expected, double error) {
  if (expected != kNotGiven) {
    EXPECT_NEAR(value, expected, error);
  }
}

void expect_row(const Row& row, double error) {
  SCOPED_TRACE(testing::Message() << "cv2 " << row.service.cv2() << " at a load of " << row.load);
  const SingleServerWait queue(row.load, row.service);
  EXPECT_NEAR(single_server_wait_mean(row.load, row.service), row.wait_mean, 5e-5);
  expect_near(queue.wait_quantile(0.5), row.wait_p50, error);
  expect_near(queue.wait_quantile(0.99), row.wait_p99, error);
  expect_near(queue.wait_quantile(0.999), row.wait_p999, error);
  expect_near(queue.sojourn_quantile(0.5), row.sojourn_p50, error);
  expect_near(queue.sojourn_quantile(0.99), row.sojourn_p99, error);
}

// From the delay-differential equation or, for two sizes, from inverting the Laplace transform.
TEST(SingleServerWait, AgreesWithTheTableForOneAndTwoSizes) {
  const Row rows[] = {
      {Service::deterministic(), 0.5, 0.5, 0, 3.33626, 5.16839, 1, 4.33626},
      {Service::deterministic(), 0.7, 1.1666667, 0.72975, 6.48550, 9.89435, 1.72975, 7.48550},
      {Service::deterministic(), 0.8, 2, 1.27594, 10.35589, 15.70027, 2.27594, 11.35589},
      {Service::deterministic(), 0.9, 4.5, 3.01305, 21.89824, 33.01397, 4.01305, 22.89824},
      {Service::deterministic(), 0.95, 9.5, 6.48067, 44.93777, 67.57331, 7.48067, 45.93777},
      {Service::bimodal_1(), 0.7, 3.7916667, 1.54172, 23.04714, 35.44301, 3.07595, 24.31394},
      {Service::bimodal_1(), 0.8, 6.5, 4.09202, 35.73343, 54.47112, 5.44918, 36.89625},
      {Service::bimodal_1(), 0.9, 14.625, 9.58378, 73.35229, 110.89452, 10.64663, 74.42718},
  };
  for (const Row& row : rows) expect_row(row, 1.1e-5);
}

// From inverting the Laplace transform, to seven digits.
TEST(SingleServerWait, AgreesWithTheInvertedTransformForRareLongOnes) {
  const Row rows[] = {
      {Service::bimodal_1(), 0.95, 30.875, 20.85262, 148.28332, 223.2878, kNotGiven, 149.3193},
      {Service::bimodal_2(), 0.1, 13.9306, 0, 418.7093, 588.85152, 0.5, kNotGiven},
      {Service::bimodal_2(), 0.5, 125.375, 0, 1047.1394, 1655.7949, kNotGiven, 1049.1343},
      {Service::bimodal_2(), 0.7, 292.5417, 75.14506, 1872.4848, 2891.5540, 76.57473, 1873.9111},
  };
  for (const Row& row : rows) expect_row(row, 1e-3);
}

// Half way between lattices that bound it from above and below, to 0.01.
TEST(SingleServerWait, AgreesWithTheTableForContinuousSizes) {
  const Row rows[] = {
      {Service::lognormal(4), 0.5, 2.5, 0, 29.74, kNotGiven, 1.224, 31.57},
      {Service::lognormal(4), 0.7, 5.8333333, 1.57, 51.32, kNotGiven, 2.78, 52.69},
      {Service::lognormal(4), 0.8, 10, 4.00, 74.08, kNotGiven, 5.154, 75.29},
      {Service::lognormal(4), 0.9, 22.5, 12.11, 135.54, 231.8, 13.19, 136.63},
      {Service::lognormal(4), 0.95, 47.5, 29.19, 252.17, 398.05, 30.23, 253.22},
      {Service::pareto(2.5), 0.5, 0.9, 0, 8.80, 34.40, 1.18, 10.38},
      {Service::pareto(2.5), 0.8, 3.6, 1.57, 26.11, 89.66, 2.60, 27.27},
      {Service::pareto(2.5), 0.9, 8.1, 4.20, 51.32, 158.41, 5.23, 52.39},
  };
  for (const Row& row : rows) expect_row(row, 0.01);
}

TEST(SingleServerWait, AgreesWithTheClosedFormForExponentialServices) {
  for (const double load : {0.2, 0.8, 0.95, 0.99}) {
    const SingleServerWait queue(load, Service::exponential());
    const SharedExponential exact(1, load);
    for (const double share : {0.1, 0.5, 0.9, 0.99, 0.999}) {
      EXPECT_NEAR(queue.wait_quantile(share), exact.wait_quantile(share),
                  1e-5 * exact.wait_quantile(share) + 1e-9);
      EXPECT_NEAR(queue.sojourn_quantile(share), exact.sojourn_quantile(share),
                  1e-5 * exact.sojourn_quantile(share));
    }
  }
}

// Sizes off every lattice, and within one step of the longest ones.
TEST(SingleServerWait, TakesSizesThatFitNoLattice) {
  const Service service = Service::two_point(1.0 / 3, 0.01);
  const double theta_guess = [&] {  // The tail falls with the root of load E[exp(theta R)] = 1.
    double low = 1e-9;
    double high = 1;
    for (int round = 0; round < 100; ++round) {
      const double theta = (low + high) / 2;
      double growth = 0;
      for (const auto& atom : service.atoms()) {
        growth += atom.probability * std::expm1(theta * atom.size) / theta;
      }
      (0.9 * growth > 1 ? high : low) = theta;
    }
    return low;
  }();
  const SingleServerWait queue(0.9, service);
  const double decade = queue.wait_quantile(0.99999) - queue.wait_quantile(0.9999);
  EXPECT_NEAR(decade, std::log(10.0) / theta_guess, 1e-3 * decade);
}

TEST(SingleServerWait, AnAtomOfTheSojournIsMet) {
  EXPECT_NEAR(SingleServerWait(0.3, Service::deterministic()).sojourn_quantile(0.5), 1, 1e-9);
  EXPECT_NEAR(SingleServerWait(0.1, Service::bimodal_2()).sojourn_quantile(0.5), 0.5, 1e-9);
}

TEST(SingleServerWait, HasQuantilesWhereTheMeanIsInfinite) {
  const SingleServerWait queue(0.5, Service::pareto(1.5));
  EXPECT_TRUE(std::isinf(single_server_wait_mean(0.5, Service::pareto(1.5))));
  const double p99 = queue.wait_quantile(0.99);
  const double p999 = queue.wait_quantile(0.999);
  // P(W > x) tends to load / (1 - load) P(R > x), which falls with the root of x.
  EXPECT_NEAR(p999 / p99, 100, 20);
  // Falling with the twentieth root, the tail passes 1/1000 beyond every lattice.
  EXPECT_TRUE(std::isinf(SingleServerWait(0.5, Service::pareto(1.05)).wait_quantile(0.999)));
}

TEST(SingleServerWait, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(SingleServerWait(1, Service::deterministic()), std::invalid_argument);
  EXPECT_THROW(SingleServerWait(0, Service::deterministic()), std::invalid_argument);
  const SingleServerWait queue(0.5, Service::deterministic());
  EXPECT_THROW(queue.wait_quantile(0), std::invalid_argument);
  EXPECT_THROW(queue.sojourn_quantile(1), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
