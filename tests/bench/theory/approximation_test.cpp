// Allen and Cunneen's approximation: right where it is exact, and as far off elsewhere as known.
#include "bench/theory/approximation.hpp"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/theory/erlang.hpp"
#include "bench/theory/pollaczek.hpp"

namespace loopsteal::theory {
namespace {

TEST(AllenCunneen, AgreesWithTheTable) {
  EXPECT_NEAR(allen_cunneen_wait_mean(4, 0.8, 0), 0.3728, 5.1e-5);
  EXPECT_NEAR(allen_cunneen_wait_mean(4, 0.8, 4), 1.864, 5.1e-4);
  EXPECT_NEAR(allen_cunneen_wait_mean(4, 0.8, 0.8), 0.671, 5.1e-4);
  EXPECT_NEAR(allen_cunneen_wait_mean(16, 0.9, 0), 0.1848, 5.1e-5);
  EXPECT_NEAR(allen_cunneen_wait_mean(16, 0.9, 2.25), 0.6006, 5.1e-5);
  EXPECT_NEAR(allen_cunneen_wait_mean(16, 0.9, 4), 0.924, 5.1e-4);
  EXPECT_NEAR(allen_cunneen_wait_mean(16, 0.9, 0.8), 0.3326, 5.1e-5);
  EXPECT_NEAR(allen_cunneen_wait_mean(16, 0.5, 249.75), 0.141, 5.1e-4);
}

TEST(AllenCunneen, IsExactForOneWorkerAndForExponentialServices) {
  EXPECT_NEAR(allen_cunneen_wait_mean(1, 0.8, 4),
              single_server_wait_mean(0.8, Service::lognormal(4)), 1e-12);
  EXPECT_DOUBLE_EQ(allen_cunneen_wait_mean(16, 0.9, 1), SharedExponential(16, 0.9).wait_mean());
  EXPECT_EQ(allen_cunneen_wait_mean(16, 0.9, 0, 0), 0);
}

TEST(AllenCunneen, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(allen_cunneen_wait_mean(4, 1, 1), std::invalid_argument);
  EXPECT_THROW(allen_cunneen_wait_mean(0, 0.5, 1), std::invalid_argument);
  EXPECT_THROW(allen_cunneen_wait_mean(4, 0.5, -1), std::invalid_argument);
  EXPECT_THROW(allen_cunneen_wait_mean(4, 0.5, std::numeric_limits<double>::infinity()),
               std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
