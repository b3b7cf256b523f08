// The event loop that pays for its iterations.
#include "bench/theory/gated_loop.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/theory/pollaczek.hpp"

namespace loopsteal::theory {
namespace {

struct Row {
  double cost;
  double load;
  double wait_mean;
  double batch_mean;
  double idle_share;
};

// To six decimals.
constexpr Row kRows[] = {
    {0, 0.5, 1, 1.244791, 0.5},
    {0, 0.8, 4, 2.092694, 0.2},
    {0, 0.9, 9, 3.32269, 0.1},
    {0.1, 0.5, 1.203924, 1.274294, 0.460763},
    {0.1, 0.8, 4.508866, 2.25573, 0.164535},
    {0.5, 0.5, 2.087889, 1.422248, 0.324222},
    {0.5, 0.8, 6.661451, 3.096909, 0.070839},
    {0.5, 0.9, 14.191887, 5.862815, 0.023245},
    {1, 0.8, 9.442489, 4.519889, 0.023004},
    {1, 0.9, 19.475418, 9.465351, 0.004916},
    {5, 0.5, 13.482724, 5.034792, 0.003455},
    {5, 0.9, 61.499999, 45.000013, 0},
};

TEST(GatedLoop, AgreesWithTheTableToItsLastDigit) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(testing::Message() << "cost " << row.cost << ", load " << row.load);
    const GatedLoop loop = gated_loop(row.load, row.cost);
    EXPECT_NEAR(loop.wait_mean, row.wait_mean, 5.1e-7);
    EXPECT_NEAR(loop.batch_mean, row.batch_mean, 5.1e-7);
    EXPECT_NEAR(loop.idle_share, row.idle_share, 5.1e-7);
  }
}

TEST(GatedLoop, WithoutACostIsASingleServerWhateverTheService) {
  for (const Service& service :
       {Service::deterministic(), Service::exponential(), Service::bimodal_1(),
        Service::lognormal(4), Service::pareto(2.5)}) {
    for (const double load : {0.1, 0.8, 0.95}) {
      const GatedLoop loop = gated_loop(load, 0, service);
      EXPECT_NEAR(loop.wait_mean, single_server_wait_mean(load, service), 1e-8);
      EXPECT_NEAR(loop.idle_share, 1 - load, 1e-9);
    }
  }
}

// When the loop is never idle: the wait of M/G/1 plus cost (3 - load) / (2 (1 - load)).
TEST(GatedLoop, AlmostNeverIdleHasAClosedForm) {
  for (const Service& service : {Service::deterministic(), Service::exponential()}) {
    const GatedLoop loop = gated_loop(0.8, 50, service);
    EXPECT_NEAR(loop.batch_mean, 0.8 * 50 / 0.2, 1e-9);
    EXPECT_NEAR(loop.wait_mean,
                single_server_wait_mean(0.8, service) + 50 * (3 - 0.8) / (2 * (1 - 0.8)), 1e-6);
  }
}

TEST(GatedLoop, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(gated_loop(1, 0.5), std::invalid_argument);
  EXPECT_THROW(gated_loop(0.5, -0.5), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
