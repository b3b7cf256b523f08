// Forecasts against the published figures for M/M/1, and against a queue that is run.
#include "bench/statistics/run_length.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "bench/statistics/batch_means.hpp"
#include "tests/bench/statistics/series.hpp"

namespace loopsteal {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

TEST(RelaxationTime, OfOneQueueIsThatOfTheTables) {
  EXPECT_NEAR(relaxation_jobs({.load = 0.8}), 72, 0.5);
  EXPECT_NEAR(relaxation_jobs({.load = 0.9}), 342, 0.5);
  EXPECT_NEAR(relaxation_jobs({.load = 0.95}), 1'482, 0.5);
  EXPECT_NEAR(relaxation_jobs({.load = 0.99}), 39'402, 0.5);
}

TEST(RelaxationTime, GrowsWithWorkersPoolsAndVariability) {
  const double one = relaxation_jobs({.load = 0.9});
  // A pool forgets as one worker does, in jobs, but no faster than it works off a job a worker.
  EXPECT_DOUBLE_EQ(relaxation_jobs({.load = 0.9, .workers = 16}), one);
  EXPECT_DOUBLE_EQ(relaxation_jobs({.load = 0.9, .workers = 64}), 64 * 0.9 / (1 - 0.9));
  EXPECT_DOUBLE_EQ(relaxation_jobs({.load = 0.9, .pools = 4}), 4 * one);
  EXPECT_DOUBLE_EQ(relaxation_jobs({.load = 0.9, .service_cv2 = 4}), 2.5 * one);
  EXPECT_DOUBLE_EQ(relaxation_jobs({.load = 0.9, .service_cv2 = 0}), one);
  EXPECT_EQ(relaxation_jobs({.load = 0.9, .service_cv2 = kInfinite}), kInfinite);
}

TEST(RelaxationTime, FiveHundredAreToBeTrusted) {
  EXPECT_TRUE(trustworthy({.load = 0.9}, 200'000));
  EXPECT_FALSE(trustworthy({.load = 0.9}, 20'000));
  EXPECT_FALSE(trustworthy({.load = 0.99}, 19'000'000));
}

TEST(RelaxationTime, FiftyBeyondAQuantileAreToBeTrusted) {
  const double one = relaxation_jobs({.load = 0.9});
  EXPECT_DOUBLE_EQ(jobs_for_quantile({.load = 0.9}, 0.5), 500 * one);  // As the mean.
  EXPECT_NEAR(jobs_for_quantile({.load = 0.9}, 0.99), 5'000 * one, 1);
  EXPECT_NEAR(jobs_for_quantile({.load = 0.9}, 0.999), 50'000 * one, 10);
  // Clusters of a pool are no longer than those of one worker.
  EXPECT_NEAR(jobs_for_quantile({.load = 0.9, .workers = 16}, 0.99), 5'000 * one, 1);
  EXPECT_THROW(jobs_for_quantile({.load = 0.9}, 1), std::invalid_argument);
}

TEST(RelaxationTime, ManyPoolsMayBeSamplesOfOne) {
  const QueueLoad apart{.load = 0.9, .pools = 4'096};
  const QueueLoad samples{.load = 0.9, .pools = 4'096, .samples = true};
  EXPECT_DOUBLE_EQ(relaxation_jobs(samples), relaxation_jobs(apart));
  EXPECT_DOUBLE_EQ(jobs_for_trust(apart), 500 * relaxation_jobs(apart));
  EXPECT_DOUBLE_EQ(jobs_for_trust(samples), 40 * relaxation_jobs(samples));
  const QueueLoad few{.load = 0.9, .pools = 4, .samples = true};
  EXPECT_DOUBLE_EQ(jobs_for_trust(few), 500 * relaxation_jobs({.load = 0.9}));
}

// Jobs in millions for 1, 0.5 and 0.2 % on the mean sojourn, to two digits.
struct Published {
  double load;
  double jobs_1;
  double jobs_05;
  double jobs_02;
};

TEST(RunLength, OfMm1IsThatOfTheTable) {
  const Published rows[] = {{0.5, 0.28, 1.1, 7}, {0.7, 1.2, 4.6, 29},    {0.8, 3.0, 12, 76},
                            {0.9, 14, 55, 345},  {0.95, 58, 233, 1'500}, {0.99, 1'500, 6'000, 0}};
  for (const Published& row : rows) {
    const QueueLoad queue{.load = row.load};
    SCOPED_TRACE(row.load);
    EXPECT_NEAR(jobs_for_sojourn(queue, 0.01) / 1e6, row.jobs_1, 0.04 * row.jobs_1);
    EXPECT_NEAR(jobs_for_sojourn(queue, 0.005) / 1e6, row.jobs_05, 0.04 * row.jobs_05);
    if (row.jobs_02 == 0) continue;
    EXPECT_NEAR(jobs_for_sojourn(queue, 0.002) / 1e6, row.jobs_02, 0.04 * row.jobs_02);
  }
}

TEST(RunLength, OfTheWaitIsDaleysForMm1AndTheHeavyTrafficRuleElse) {
  const double squared = std::pow(normal_z(0.95) / 0.01, 2);
  EXPECT_NEAR(mm1_wait_variance(0.5), 29, 1e-9);
  // (0.729 - 3.24 + 4.5 + 2) / (0.9 * 0.01), and 20 million jobs at 0.9 give +-0.083.
  EXPECT_NEAR(jobs_for_wait({.load = 0.9}, 0.01), squared * 3.989 / 0.009, 1);
  EXPECT_NEAR(normal_z(0.95) * std::sqrt(mm1_wait_variance(0.9) / 20e6), 0.083, 0.0005);
  EXPECT_NEAR(jobs_for_wait({.load = 0.9, .service_cv2 = 0}, 0.01), squared * 2 / 0.009, 1);
  EXPECT_NEAR(jobs_for_wait({.load = 0.9, .arrival_cv2 = 2, .service_cv2 = 4}, 0.01),
              squared * 12 / 0.009, 1);
  // A pool of 16 at 0.9: a job waits with probability 0.59134339.
  EXPECT_NEAR(jobs_for_wait({.load = 0.9, .workers = 16}, 0.01), squared * 4 / 0.009 / 0.59134339,
              2);
}

TEST(RunLength, OfAPoolIsShorterForTheSojournThanForTheWait) {
  const QueueLoad pool{.load = 0.9, .workers = 16};
  // E[W] = 0.36958962 of E[T] = 1.36958962.
  const double share = 0.36958962 / 1.36958962;
  EXPECT_NEAR(jobs_for_sojourn(pool, 0.01) / jobs_for_wait(pool, 0.01), share * share, 1e-6);
  // Where nobody waits, the service times decide.
  EXPECT_NEAR(jobs_for_sojourn({.load = 0.5, .workers = 10'000}, 0.01),
              std::pow(normal_z(0.95) / 0.01, 2), 1);
  EXPECT_GT(jobs_for_sojourn({.load = 1e-6}, 0.01), 38'000);
}

TEST(RunLength, ForecastOfTheWidthIsItsInverse) {
  for (const QueueLoad& queue : {QueueLoad{.load = 0.8}, QueueLoad{.load = 0.9, .workers = 4},
                                 QueueLoad{.load = 0.7, .service_cv2 = 2.25}}) {
    const double jobs = jobs_for_sojourn(queue, 0.003, 0.99);
    EXPECT_NEAR(sojourn_half_width(queue, jobs, 0.99), 0.003, 1e-12);
  }
  EXPECT_EQ(sojourn_half_width({.load = 0.8}, 0), kInfinite);
  EXPECT_EQ(jobs_for_sojourn({.load = 0.8, .service_cv2 = kInfinite}, 0.01), kInfinite);
}

TEST(RunLength, ForecastIsWhatAQueueGives) {
  constexpr std::size_t kJobs = 400'000;
  const QueueLoad queue{.load = 0.8};
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Interval interval = batch_means(sojourns(kJobs, queue.load, seed)).interval;
    squares += std::pow(interval.relative_half_width(), 2) / 8;
  }
  const double forecast = sojourn_half_width(queue, kJobs);
  EXPECT_NEAR(std::sqrt(squares) / forecast, 1, 0.25);
}

TEST(RunLength, SaysWhatIsOutOfReach) {
  const RunLength within = forecast_run_length({.load = 0.9}, 0.01, 20e6);
  EXPECT_FALSE(within.out_of_reach);
  EXPECT_NEAR(within.jobs, 13.8e6 / 0.9, 0.1e6);  // With the tenth that is deleted.
  EXPECT_LT(within.half_width_at_cap, 0.01);
  EXPECT_EQ(describe(within).find("out of reach"), std::string::npos);

  const RunLength beyond = forecast_run_length({.load = 0.99}, 0.01, 10e6);
  EXPECT_TRUE(beyond.out_of_reach);
  EXPECT_GT(beyond.half_width_at_cap, 0.1);
  EXPECT_FALSE(beyond.trustworthy_at_cap);
  EXPECT_NE(describe(beyond).find("out of reach"), std::string::npos);

  // A coarse interval needs few jobs, but as many as it takes to be trusted.
  const RunLength coarse = forecast_run_length({.load = 0.9}, 0.5, 1e6);
  EXPECT_DOUBLE_EQ(coarse.jobs, 500 * relaxation_jobs({.load = 0.9}));
  EXPECT_TRUE(forecast_run_length({.load = 0.9, .service_cv2 = kInfinite}, 0.5, 1e12).out_of_reach);
}

TEST(RunLength, RefusesWhatHasNoSteadyState) {
  EXPECT_THROW(relaxation_jobs({.load = 1}), std::invalid_argument);
  EXPECT_THROW(relaxation_jobs({.load = 0}), std::invalid_argument);
  EXPECT_THROW(relaxation_jobs({.load = std::nan("")}), std::invalid_argument);
  EXPECT_THROW(relaxation_jobs({.workers = 0}), std::invalid_argument);
  EXPECT_THROW(relaxation_jobs({.pools = 0}), std::invalid_argument);
  EXPECT_THROW(relaxation_jobs({.service_cv2 = -1}), std::invalid_argument);
  EXPECT_THROW(jobs_for_sojourn({.load = 0.5}, 0), std::invalid_argument);
  EXPECT_THROW(jobs_for_wait({.load = 0.5}, -1), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal
