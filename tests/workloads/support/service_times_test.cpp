#include "workloads/support/service_times.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using std::chrono::microseconds;

struct Case {
  ServiceKind kind;
  double cv2;  ///< Published.
};

class ServiceTimesOfKind : public testing::TestWithParam<Case> {};

constexpr int kJobs = 1'000'000;

TEST_P(ServiceTimesOfKind, HaveTheMeanThatIsAskedFor) {
  const ServiceTimes times({.kind = GetParam().kind, .mean = microseconds(100)});
  double sum = 0;
  for (std::uint64_t job = 0; job < kJobs; ++job)
    sum += static_cast<double>(times.of_job(5, job).ns);
  const double standard_error = std::sqrt(GetParam().cv2 / kJobs);
  EXPECT_NEAR(sum / kJobs / 100e3, 1, 5 * standard_error + 1e-9);
}

TEST_P(ServiceTimesOfKind, StateTheirPublishedVariation) {
  const ServiceTimes times({.kind = GetParam().kind});
  EXPECT_NEAR(times.squared_variation(), GetParam().cv2, 1e-12);
}

TEST_P(ServiceTimesOfKind, GiveAJobTheSameSizeEveryTime) {
  const ServiceTimes times({.kind = GetParam().kind});
  EXPECT_EQ(times.of_job(3, 41).ns, times.of_job(3, 41).ns);
}

INSTANTIATE_TEST_SUITE_P(
    ServiceTimes, ServiceTimesOfKind,
    testing::Values(Case{ServiceKind::det, 0}, Case{ServiceKind::exp, 1},
                    Case{ServiceKind::bimodal1, 2.25}, Case{ServiceKind::bimodal2, 249.75},
                    Case{ServiceKind::lognormal, 4}, Case{ServiceKind::pareto, 0.8}),
    [](const auto& test) {
      return std::string(kServiceKinds[static_cast<std::size_t>(test.param.kind)].name);
    });

// Sizes that a kind takes in many jobs.
std::set<std::int64_t> sizes_of(ServiceKind kind) {
  const ServiceTimes times({.kind = kind, .mean = microseconds(100)});
  std::set<std::int64_t> sizes;
  for (std::uint64_t job = 0; job < 100'000; ++job) sizes.insert(times.of_job(1, job).ns);
  return sizes;
}

TEST(ServiceTimes, BimodalSizesAreThoseOfThePapers) {
  EXPECT_EQ(sizes_of(ServiceKind::bimodal1), (std::set<std::int64_t>{50'000, 550'000}));
  EXPECT_EQ(sizes_of(ServiceKind::bimodal2), (std::set<std::int64_t>{50'000, 50'050'000}));
}

TEST(ServiceTimes, DeterministicSizesAreOne) {
  EXPECT_EQ(sizes_of(ServiceKind::det), (std::set<std::int64_t>{100'000}));
}

TEST(ServiceTimes, ParetoStartsAtItsScale) {
  EXPECT_NEAR(static_cast<double>(*sizes_of(ServiceKind::pareto).begin()), 60'000, 10);
}

TEST(ServiceTimes, AHeavyParetoHasNoVariance) {
  EXPECT_EQ(ServiceTimes({.kind = ServiceKind::pareto, .alpha = 2}).squared_variation(),
            std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace loopsteal
