// M/M/c against values computed with 30 to 40 digits.
#include "bench/theory/erlang.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

struct Row {
  std::uint64_t workers;
  double load;
  double probability_of_wait;
  double wait_mean;
  double wait_p50;
  double wait_p99;
  double sojourn_mean;
  double sojourn_p50;
  double sojourn_p99;
  double sojourn_p999;
};

// Rounded to eight digits; 0 where a double holds nothing so small.
constexpr Row kRows[] = {
    {1, 0.5, 0.5, 1.0, 0.0, 7.824046, 2.0, 1.3862944, 9.2103404, 13.815511},
    {1, 0.7, 0.7, 2.3333333, 1.1215741, 14.161651, 3.3333333, 2.3104906, 15.350567, 23.025851},
    {1, 0.95, 0.95, 19.0, 12.837078, 91.077538, 20.0, 13.862944, 92.103404, 138.15511},
    {1, 0.99, 0.99, 99.0, 68.309684, 459.51199, 100.0, 69.314718, 460.51702, 690.77553},
    {2, 0.5, 0.33333333, 0.33333333, 0.0, 3.5065579, 1.3333333, 0.97441161, 5.6659607, 8.22751},
    {2, 0.7, 0.57647059, 0.96078431, 0.2371937, 6.757232, 1.9607843, 1.451145, 8.2655765,
     12.118015},
    {2, 0.9, 0.85263158, 4.2631579, 2.6685972, 22.228712, 5.2631579, 3.7691594, 23.34443,
     34.857355},
    {2, 0.95, 0.92564103, 9.2564103, 6.158784, 45.279014, 10.25641, 7.2119688, 46.332619, 69.35847},
    {2, 0.99, 0.98502513, 49.251256, 33.902953, 229.5041, 50.251256, 34.913088, 230.51424,
     345.64349},
    {4, 0.5, 0.17391304, 0.086956522, 0.0, 1.4279852, 1.0869565, 0.78340976, 4.7642484, 7.0679717},
    {4, 0.7, 0.42865432, 0.35721193, 0.0, 3.1317214, 1.3572119, 1.0285469, 5.4925575, 7.9017342},
    {4, 0.95, 0.891419, 4.457095, 2.8910324, 22.451147, 5.457095, 3.9855607, 23.566865, 35.079791},
    {4, 0.99, 0.97790518, 24.447629, 16.770115, 114.57069, 25.447629, 17.790665, 115.59124,
     173.15587},
    {16, 0.5, 0.0090188097, 0.0011273512, 0.0, 0.0, 1.0011274, 0.69442479, 4.6064578, 6.9090429},
    {16, 0.7, 0.12967579, 0.02701579, 0.0, 0.53384424, 1.0270158, 0.72459858, 4.638726, 6.9413111},
    {16, 0.9, 0.59134339, 0.36958962, 0.10486799, 2.5498824, 1.3695896, 1.0780098, 5.2698346,
     7.5884195},
    {16, 0.95, 0.78019246, 0.97524058, 0.55616567, 5.4461944, 1.9752406, 1.5961689, 7.2166056,
     10.209353},
    {16, 0.99, 0.95357119, 5.9598199, 4.0350374, 28.485181, 6.9598199, 5.1145999, 29.57489,
     43.966047},
    {64, 0.5, 4.2637162e-7, 1.3324113e-8, 0.0, 0.0, 1.0, 0.69314719, 4.6051702, 6.9077553},
    {64, 0.7, 0.0044125519, 0.00022982041, 0.0, 0.0, 1.0002298, 0.6933896, 4.6054126, 6.9079977},
    {64, 0.9, 0.31066332, 0.048541143, 0.0, 0.53689448, 1.0485411, 0.74812552, 4.6611064,
     6.9636915},
    {64, 0.99, 0.90594725, 1.4155426, 0.92870778, 7.0412437, 2.4155426, 1.977197, 8.5943043,
     12.223766},
    {1024, 0.5, 3.1682097e-88, 6.1879095e-91, 0.0, 0.0, 1.0, 0.69314718, 4.6051702, 6.9077553},
    {1024, 0.7, 2.5957407e-27, 8.4496767e-30, 0.0, 0.0, 1.0, 0.69314718, 4.6051702, 6.9077553},
    {1024, 0.9, 0.00051498374, 5.0291381e-6, 0.0, 0.0, 1.000005, 0.69315226, 4.6051753, 6.9077604},
    {1024, 0.95, 0.065438517, 0.001278096, 0.0, 0.03668996, 1.0012781, 0.69444989, 4.6064729,
     6.909058},
    {1024, 0.99, 0.65559861, 0.064023302, 0.026459046, 0.40849254, 1.0640233, 0.76163718, 4.6737184,
     6.9763035},
    {10000, 0.5, 0, 0, 0.0, 0.0, 1.0, 0.69314718, 4.6051702, 6.9077553},
    {10000, 0.7, 9.7192118e-249, 3.2397373e-252, 0.0, 0.0, 1.0, 0.69314718, 4.6051702, 6.9077553},
    {10000, 0.9, 2.0916198e-25, 2.0916198e-28, 0.0, 0.0, 1.0, 0.69314718, 4.6051702, 6.9077553},
    {10000, 0.95, 1.9285472e-7, 3.8570945e-10, 0.0, 0.0, 1.0, 0.69314718, 4.6051702, 6.9077553},
    {10000, 0.99, 0.22277693, 0.0022277693, 0.0, 0.031035859, 1.0022278, 0.69539492, 4.6074179,
     6.910003},
};

// Half a unit of the eighth digit, which is largest beside a leading 1.
double digits(double value) { return 5.1e-8 * std::abs(value); }

TEST(SharedExponential, AgreesWithTheTableToItsLastDigit) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(testing::Message() << row.workers << " workers at a load of " << row.load);
    const SharedExponential queue(row.workers, row.load);
    EXPECT_NEAR(queue.probability_of_wait(), row.probability_of_wait,
                digits(row.probability_of_wait));
    EXPECT_NEAR(queue.wait_mean(), row.wait_mean, digits(row.wait_mean));
    EXPECT_NEAR(queue.wait_quantile(0.5), row.wait_p50, digits(row.wait_p50));
    EXPECT_NEAR(queue.wait_quantile(0.99), row.wait_p99, digits(row.wait_p99));
    EXPECT_NEAR(queue.sojourn_mean(), row.sojourn_mean, digits(row.sojourn_mean));
    EXPECT_NEAR(queue.sojourn_quantile(0.5), row.sojourn_p50, digits(row.sojourn_p50));
    EXPECT_NEAR(queue.sojourn_quantile(0.99), row.sojourn_p99, digits(row.sojourn_p99));
    EXPECT_NEAR(queue.sojourn_quantile(0.999), row.sojourn_p999, digits(row.sojourn_p999));
  }
}

TEST(SharedExponential, KnowsTheLogarithmOfWhatNoDoubleHolds) {
  EXPECT_EQ(SharedExponential(10'000, 0.5).probability_of_wait(), 0);
  EXPECT_NEAR(SharedExponential(10'000, 0.5).log_probability_of_wait(),
              std::log(1.1868322) - 841 * std::log(10.0), 1e-7);
  EXPECT_NEAR(SharedExponential(10'000, 0.7).log_probability_of_wait(),
              std::log(9.7192118) - 249 * std::log(10.0), 1e-7);
}

TEST(SharedExponential, TailsMeetTheirQuantilesAndMoments) {
  for (const double load :
       {0.3, 0.75, 0.9}) {  // With 4 workers, 0.75 drains as fast as one serves.
    const SharedExponential queue(4, load);
    EXPECT_NEAR(queue.sojourn_tail(queue.sojourn_quantile(0.99)), 0.01, 1e-12);
    EXPECT_DOUBLE_EQ(queue.sojourn_tail(0), 1);
    EXPECT_DOUBLE_EQ(queue.wait_tail(0), queue.probability_of_wait());
    double mean = 0;
    double second = 0;
    constexpr double kStep = 1e-3;
    for (double x = kStep / 2; x < 120; x += kStep) {
      mean += kStep * queue.sojourn_tail(x);
      second += 2 * kStep * x * queue.wait_tail(x);
    }
    EXPECT_NEAR(mean, queue.sojourn_mean(), 1e-5);
    EXPECT_NEAR(second, queue.wait_second_moment(), 1e-5);
  }
}

// The largest load that keeps p99 of the sojourn within ten mean services.
TEST(SharedExponential, FindsTheLoadThatMeetsAnObjective) {
  struct Objective {
    std::uint64_t workers;
    double percent;
  };
  for (const Objective& objective : {Objective{1, 53.948},
                                     {2, 75.798},
                                     {4, 87.523},
                                     {8, 93.629},
                                     {16, 96.77},
                                     {32, 98.366},
                                     {64, 99.177},
                                     {128, 99.586},
                                     {1'024, 99.948}}) {
    double low = 0.1;
    double high = 0.99999;
    while (high - low > 1e-7) {
      const double middle = (low + high) / 2;
      const double p99 = SharedExponential(objective.workers, middle).sojourn_quantile(0.99);
      (p99 <= 10 ? low : high) = middle;
    }
    EXPECT_NEAR(100 * low, objective.percent, objective.workers == 16 ? 5e-3 : 5.1e-4)
        << objective.workers << " workers";
  }
}

TEST(SharedExponential, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(SharedExponential(0, 0.5), std::invalid_argument);
  EXPECT_THROW(SharedExponential(4, 0), std::invalid_argument);
  EXPECT_THROW(SharedExponential(4, 1), std::invalid_argument);
  EXPECT_THROW(SharedExponential(4, std::numeric_limits<double>::quiet_NaN()),
               std::invalid_argument);
  EXPECT_THROW(SharedExponential(4, 0.5).wait_quantile(1), std::invalid_argument);
  EXPECT_THROW(SharedExponential(4, 0.5).sojourn_quantile(0), std::invalid_argument);
  try {
    SharedExponential(4, 1.5);
    FAIL() << "a load of 1.5 was taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "the load per worker is 1.5, but a queue settles only above 0 and below 1: lower "
                 "the rate or add workers");
  }
}

}  // namespace
}  // namespace loopsteal::theory
