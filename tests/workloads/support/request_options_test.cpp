#include "workloads/support/request_options.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

OpenLoop open_loop(std::string_view spec, WorkerId workers = 1) {
  const auto loop = workload_named("requests").open_loop(parse_spec(spec), {.workers = workers});
  EXPECT_TRUE(loop.has_value());
  return loop.value_or(OpenLoop{});
}

TEST(OpenLoop, OfALoadIsThatLoadOnAnyNumberOfWorkers) {
  for (const WorkerId workers : {1u, 16u}) {
    const OpenLoop loop = open_loop("requests:load=0.9,mean=45us,count=1000", workers);
    EXPECT_EQ(loop.arrivals, ArrivalKind::poisson);
    EXPECT_EQ(loop.service, ServiceKind::exp);
    EXPECT_NEAR(loop.load, 0.9, 1e-12);
    EXPECT_NEAR(loop.mean_gap_ns, 50'000.0 / workers, 1e-6);
    EXPECT_EQ(loop.mean_service_ns, 45'000);
    EXPECT_EQ(loop.arrival_cv2, 1);
    EXPECT_EQ(loop.service_cv2, 1);
    EXPECT_EQ(loop.count, 1000u);
  }
}

TEST(OpenLoop, OfARateIsLessLoadOnMoreWorkers) {
  EXPECT_NEAR(open_loop("requests:rate=10000/s,mean=150us").load, 1.5, 1e-12);
  EXPECT_NEAR(open_loop("requests:rate=10000/s,mean=150us", 3).load, 0.5, 1e-12);
}

TEST(OpenLoop, KnowsVariations) {
  EXPECT_EQ(open_loop("requests:arrivals=constant,service=det").arrival_cv2, 0);
  EXPECT_EQ(open_loop("requests:arrivals=constant,service=det").service_cv2, 0);
  EXPECT_EQ(open_loop("requests:service=lognormal,cv2=7").service_cv2, 7);
  EXPECT_NEAR(open_loop("requests:arrivals=bursty,burst=10,on_share=0.5").arrival_cv2, 6, 1e-12);
  EXPECT_EQ(open_loop("requests:service=pareto,alpha=2").service_cv2,
            std::numeric_limits<double>::infinity());
}

TEST(OpenLoop, OfATraceIsCounted) {
  const std::vector<TraceRequest> trace = {
      {Duration(0), {10}}, {Duration(100), {10}}, {Duration(400), {40}}};
  const OpenLoop loop = open_loop_of(trace, 2);
  EXPECT_FALSE(loop.arrivals.has_value());
  EXPECT_FALSE(loop.service.has_value());
  EXPECT_NEAR(loop.mean_gap_ns, 200, 1e-9);
  EXPECT_NEAR(loop.arrival_cv2, 0.25, 1e-12);
  EXPECT_NEAR(loop.mean_service_ns, 20, 1e-9);
  EXPECT_NEAR(loop.service_cv2, 0.5, 1e-12);
  EXPECT_NEAR(loop.load, 0.05, 1e-12);
  EXPECT_EQ(loop.count, 3u);
}

TEST(OpenLoop, ATraceThatComesAllAtOnceIsInfinitelyFast) {
  const std::vector<TraceRequest> trace = {{Duration(5), {10}}, {Duration(5), {10}}};
  EXPECT_EQ(open_loop_of(trace, 2).load, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace loopsteal
