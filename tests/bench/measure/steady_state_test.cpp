// Which points are a steady state, and how long their runs have to be.
#include "bench/measure/steady_state.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "bench/measure/measure.hpp"

namespace loopsteal {
namespace {

std::uint64_t requests_for_one_percent(const std::string& scheduler, WorkerId workers) {
  const WorkloadCatalog catalog = built_in_workloads();
  const Point point{.scheduler = parse_spec(scheduler),
                    .workload = parse_spec("requests:load=0.9,mean=1ms"),
                    .machine = "sim",
                    .workers = workers,
                    .precision = 0.01};
  return plan_runs(checked(point, catalog), catalog, 1).requests;
}

// A pool whose workers steal by chance is many workers, each of which forgets by itself. As
// separate pools they would be run for 500 times as long as all of them take to forget.
TEST(RunPlan, OfAMeanFieldPoolGoesByWhatAWorkerForgets) {
  const std::uint64_t many = requests_for_one_percent("work_stealing:preset=mean-field", 4'096);
  // 40 relaxation times, of 31 jobs a worker: half of them warm-up.
  EXPECT_NEAR(static_cast<double>(many), 40 * 30.7 * 4'096, 0.02 * static_cast<double>(many));
  // Workers that look for work again and again forget faster; stealing from far away forgets later.
  EXPECT_LT(requests_for_one_percent("work_stealing:preset=mean-field,retry_rate=1000", 4'096),
            many);
  EXPECT_GT(requests_for_one_percent("work_stealing:preset=mean-field,transfer_latency=4ms,"
                                     "transfer=exp,victim_threshold=4",
                                     4'096),
            many);
}

TEST(RunPlan, OfAFewSuchWorkersIsLongEnoughForThePrecision) {
  const std::uint64_t few = requests_for_one_percent("work_stealing:preset=mean-field", 8);
  EXPECT_GT(few * 10, 1'000'000u);
}

Point point_of(const std::string& workload) {
  const Point point{.scheduler = {"event_loop", {}},
                    .workload = parse_spec(workload),
                    .machine = "sim",
                    .size = Size::full};
  return checked(point, built_in_workloads());
}

bool is_steady(const Point& point) {
  return steady_state_of(point, built_in_workloads().named(point.workload.name)).has_value();
}

TEST(SteadyState, IsWhatGeneratedRequestsHave) {
  EXPECT_TRUE(is_steady(point_of("requests:load=0.9")));
  EXPECT_FALSE(is_steady(point_of("requests:load=1.2")));
  EXPECT_FALSE(is_steady(point_of("hot_shard")));
  EXPECT_FALSE(is_steady(point_of("uts:tree=small")));
  Point ends = point_of("requests:load=0.9");
  ends.terminating = true;
  EXPECT_FALSE(is_steady(ends));
  Point real = point_of("requests:load=0.9");
  real.machine = "threads";
  EXPECT_FALSE(is_steady(real));
}

TEST(RunPlan, MakesAShortRunLonger) {
  const Point point = point_of("requests:load=0.9");
  const std::uint64_t one = plan_runs(point, built_in_workloads(), 1).requests;
  // 5,000 relaxation times of 342 jobs for the p99, and a tenth of the run is warm-up.
  EXPECT_NEAR(static_cast<double>(one), 5'000 * 341.8 / 0.9, 2'000);
  const std::uint64_t ten = plan_runs(point, built_in_workloads(), 10).requests;
  EXPECT_NEAR(static_cast<double>(ten), static_cast<double>(one) / 10, 1'000);
  EXPECT_EQ(plan_runs(point_of("skynet:levels=3"), built_in_workloads(), 1).requests, 0u);
}

TEST(RunPlan, RefusesWhatIsTooShort) {
  const auto refusal = [](const std::string& workload) {
    try {
      static_cast<void>(plan_runs(point_of(workload), built_in_workloads(), 1));
    } catch (const SpecError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(refusal("requests:load=0.9,count=13600").find("take count=13672 or more"),
            std::string::npos);
  EXPECT_EQ(refusal("requests:load=0.9,count=13672"), "");
  EXPECT_NE(refusal("requests:service=pareto,alpha=1.5").find("infinite"), std::string::npos);
  EXPECT_NE(refusal("requests:load=0.995").find("--precision"), std::string::npos);
}

TEST(WarmUpOf, IsTheRuleOrWhatWasAsked) {
  Point point = point_of("requests:load=0.9,count=20000");
  const auto state = steady_state_of(point, built_in_workloads().named("requests"));
  ASSERT_TRUE(state);
  EXPECT_EQ(warm_up_of(point, *state, 20'000), 6'836u);
  EXPECT_THROW(warm_up_of(point, *state, 13'000), SpecError);
  point.warm_up = parse_warm_up("none");
  EXPECT_EQ(warm_up_of(point, *state, 13'000), 0u);
  point.warm_up = parse_warm_up("19999");
  EXPECT_EQ(warm_up_of(point, *state, 20'000), 19'999u);
  point.warm_up = parse_warm_up("20000");
  EXPECT_THROW(warm_up_of(point, *state, 20'000), SpecError);
  EXPECT_EQ(to_string(parse_warm_up("auto")), "auto");
  EXPECT_THROW(parse_warm_up("some"), SpecError);
}

}  // namespace
}  // namespace loopsteal
