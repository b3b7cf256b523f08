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
  double cv2;             ///< Published.
  double digits = 1e-12;  ///< Up to this much.
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
  EXPECT_NEAR(times.squared_variation(), GetParam().cv2, GetParam().digits);
}

TEST_P(ServiceTimesOfKind, GiveAJobTheSameSizeEveryTime) {
  const ServiceTimes times({.kind = GetParam().kind});
  EXPECT_EQ(times.of_job(3, 41).ns, times.of_job(3, 41).ns);
}

TEST_P(ServiceTimesOfKind, AreTheSameOneByOneAndInARow) {
  const ServiceOptions options{.kind = GetParam().kind};
  const ServiceTimes times(options);
  ServiceSequence sequence(options, 3);
  for (std::uint64_t job = 0; job < 300; ++job)
    ASSERT_EQ(sequence.next().ns, times.of_job(3, job).ns) << job;
}

INSTANTIATE_TEST_SUITE_P(
    ServiceTimes, ServiceTimesOfKind,
    testing::Values(Case{ServiceKind::det, 0}, Case{ServiceKind::exp, 1},
                    Case{ServiceKind::bimodal1, 2.25}, Case{ServiceKind::bimodal2, 249.75},
                    Case{ServiceKind::lognormal, 4}, Case{ServiceKind::pareto, 0.8},
                    Case{ServiceKind::high_bimodal, 0.961, 5e-4},
                    Case{ServiceKind::extreme_bimodal, 138.15, 5e-3},
                    Case{ServiceKind::rocksdb, 0.991, 5e-4}, Case{ServiceKind::tpcc, 1.479, 5e-4}),
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

// The mean of 100 us stands for 50.5, 318.25 and so on of the published units.
TEST(ServiceTimes, MixturesKeepTheirProportions) {
  const std::set<std::int64_t> high = sizes_of(ServiceKind::high_bimodal);
  ASSERT_EQ(high.size(), 2u);
  EXPECT_EQ(*high.begin(), 1980);  // 100000 / 50.5
  EXPECT_EQ(*high.rbegin(), 198'020);
  EXPECT_EQ(sizes_of(ServiceKind::rocksdb), (std::set<std::int64_t>{471, 199'529}));
  EXPECT_EQ(sizes_of(ServiceKind::extreme_bimodal), (std::set<std::int64_t>{16'681, 16'680'567}));
  EXPECT_EQ(sizes_of(ServiceKind::tpcc),
            (std::set<std::int64_t>{29'893, 31'466, 104'888, 461'506, 524'439}));
}

// Sizes of a published seed stay what they are.
TEST(ServiceTimes, SizesAreThoseOfTheStreams) {
  const ServiceTimes exponential_times({.kind = ServiceKind::exp, .mean = microseconds(7)});
  const ServiceTimes pareto_times({.kind = ServiceKind::pareto, .mean = microseconds(7)});
  for (std::uint64_t job = 0; job < 200; ++job) {
    Stream one(11, StreamRole::service, job);
    EXPECT_EQ(exponential_times.of_job(11, job).ns, exponential(one, microseconds(7)).count());
    Stream other(11, StreamRole::service, job);
    EXPECT_EQ(pareto_times.of_job(11, job).ns, Pareto(microseconds(7), 2.5)(other).count());
  }
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
