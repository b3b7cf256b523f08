// Service times: moments, residuals and transforms hang together.
#include "bench/theory/service.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

const Service kServices[] = {Service::deterministic(), Service::exponential(),
                             Service::bimodal_1(),     Service::two_point(1.0 / 3, 0.2),
                             Service::lognormal(0.25), Service::lognormal(4),
                             Service::pareto(2.5),     Service::pareto(3.5)};

TEST(Service, HasTheVariationsItIsNamedBy) {
  EXPECT_EQ(Service::deterministic().cv2(), 0);
  EXPECT_EQ(Service::exponential().cv2(), 1);
  EXPECT_NEAR(Service::bimodal_1().cv2(), 2.25, 1e-12);
  EXPECT_NEAR(Service::bimodal_2().cv2(), 249.75, 1e-9);
  EXPECT_NEAR(Service::lognormal(4).cv2(), 4, 1e-12);
  EXPECT_NEAR(Service::pareto(2.5).cv2(), 0.8, 1e-12);
  EXPECT_NEAR(Service::bimodal_1().atoms()[1].size, 5.5, 1e-12);
  EXPECT_NEAR(Service::bimodal_2().atoms()[1].size, 500.5, 1e-9);
  EXPECT_TRUE(std::isinf(Service::pareto(2).cv2()));
  EXPECT_TRUE(std::isinf(Service::pareto(2.5).moment(3)));
}

TEST(Service, AllHaveTheMeanOne) {
  for (const Service& service : kServices) EXPECT_NEAR(service.moment(1), 1, 1e-12);
}

// The derivative of the residual's distribution is what is left of the tail.
TEST(Service, TheResidualIsTheIntegralOfTheTail) {
  constexpr double kStep = 1e-4;
  for (const Service& service : kServices) {
    SCOPED_TRACE(service.cv2());
    double residual = 0;
    double integral = 0;
    for (int i = 0; i < 40'000; ++i) {
      const double middle = (i + 0.5) * kStep;
      residual += kStep * (1 - service.cdf(middle));
      integral += kStep * service.residual_cdf(middle);
    }
    EXPECT_NEAR(service.residual_cdf(4), residual, 2e-4);
    EXPECT_NEAR(service.residual_cdf_integral(4), integral, 1e-6);
  }
}

// 1 - E[exp(-s S)] = s (1 - s E[exp(-s R)] / s): by parts, s^2 times the transform of P(R > x).
TEST(Service, TheTransformBelongsToTheResidual) {
  constexpr double kStep = 1e-3;
  constexpr double kRate = 0.7;
  for (const Service& service : kServices) {
    SCOPED_TRACE(service.cv2());
    double transform = 0;
    for (int i = 0; i < 60'000; ++i) {
      const double x = (i + 0.5) * kStep;
      transform += kStep * std::exp(-kRate * x) * (1 - service.residual_cdf(x));
    }
    EXPECT_NEAR(service.laplace_complement(kRate), kRate * (1 - kRate * transform), 1e-6);
    EXPECT_NEAR(service.laplace_complement(1e-9), 1e-9, 1e-16);
    EXPECT_EQ(service.laplace_complement(0), 0);
  }
}

TEST(Service, RefusesWhatHasNoMeanOrNoVariation) {
  EXPECT_THROW(Service::pareto(1), std::invalid_argument);
  EXPECT_THROW(Service::lognormal(0), std::invalid_argument);
  EXPECT_THROW(Service::two_point(1, 0.5), std::invalid_argument);
  EXPECT_THROW(Service::two_point(0.5, 0), std::invalid_argument);
  EXPECT_THROW(Service::exponential().moment(4), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
