// What questions judge by: estimates, ratios by pairs, and crossings.
#include "bench/questions/evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/questions/judgement.hpp"
#include "bench/questions/trace_lines.hpp"

namespace loopsteal::questions {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result result(std::string series, double x, std::vector<double> values,
              std::string machine = "sim") {
  Result made{.trial = {.series = std::move(series),
                        .x = x,
                        .scheduler = "event_loop",
                        .workload = "fan_out",
                        .machine = std::move(machine)}};
  made.values["makespan"] = std::move(values);
  return made;
}

TEST(Evidence, PairsWhatMetTheSameInput) {
  // The inputs differ by far more than the two do.
  const Evidence evidence({result("a", 1, {10, 100, 1000}), result("b", 1, {20, 200, 2000})});
  const Estimate ratio = evidence.ratio({"b", 1}, {"a", 1}, "makespan");
  EXPECT_DOUBLE_EQ(ratio.value, 2);
  EXPECT_DOUBLE_EQ(ratio.low, 2);
  EXPECT_DOUBLE_EQ(ratio.high, 2);
}

TEST(Evidence, RealTimesShareNothingAndGiveARatioOfMedians) {
  const Evidence evidence(
      {result("a", 1, {1, 2, 3}, "threads"), result("b", 1, {2, 4, 300}, "threads")});
  const Estimate ratio = evidence.ratio({"b", 1}, {"a", 1}, "makespan");
  EXPECT_DOUBLE_EQ(ratio.value, 2);
  EXPECT_LT(ratio.low, ratio.high);
}

TEST(Evidence, RealAndVirtualMakeNoRatio) {
  const Evidence evidence({result("a", 1, {1, 2}), result("b", 1, {1, 2}, "threads")});
  EXPECT_THROW((void)evidence.ratio({"a", 1}, {"b", 1}, "makespan"), std::out_of_range);
}

TEST(Evidence, WhatWasNotMeasuredIsNamed) {
  const Evidence evidence({result("a", 1, {1})});
  try {
    (void)evidence.estimate({"a", 2}, "makespan");
    FAIL();
  } catch (const std::out_of_range& error) {
    EXPECT_THAT(error.what(), HasSubstr("a at 2"));
  }
  EXPECT_THROW((void)evidence.estimate({"a", 1}, "wait_max"), std::out_of_range);
  EXPECT_THROW((void)evidence.theory({"a", 1}, "makespan"), std::out_of_range);
}

TEST(Evidence, PlacesComeInRisingOrder) {
  const Evidence evidence({result("a", 3, {1}), result("b", 9, {1}), result("a", 1, {1})});
  EXPECT_THAT(evidence.places_of("a"), ElementsAre(1, 3));
}

TEST(Crossing, IsInterpolatedOnLogarithms) {
  const std::vector<double> xs = {1, 100};
  const std::vector<double> ys = {1, 100};
  const Crossing crossing = first_crossing(xs, ys, 10);
  EXPECT_TRUE(crossing.found);
  EXPECT_NEAR(crossing.x, 10, 1e-9);
}

TEST(Crossing, BelowAndAboveAreTold) {
  const std::vector<double> xs = {1, 2, 3};
  const std::vector<double> ys = {5, 6, 7};
  EXPECT_FALSE(first_crossing(xs, ys, 10).found);
  EXPECT_EQ(first_crossing(xs, ys, 10).x, 3);
  EXPECT_FALSE(first_crossing(xs, ys, 1).found);
  EXPECT_EQ(first_crossing(xs, ys, 1).x, 1);
}

TEST(Judgement, AnAnswerWithoutClaimsDoesNotStand) {
  Answer answer;
  EXPECT_FALSE(answer.stands());
  answer.claims = {{"one", true, ""}};
  EXPECT_TRUE(answer.stands());
  answer.claims.push_back({"another", false, ""});
  EXPECT_FALSE(answer.stands());
}

TEST(TraceLines, TheLastLineIsNone) {
  const std::vector<TraceLine> lines = trace_lines(
      "{\"iter\":2,\"t\":5,\"task\":\"main.1\",\"text\":\"hello\"}\n"
      "{\"end\":true,\"iterations\":6,\"t\":5,\"error\":null}\n");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].iteration, 2);
  EXPECT_EQ(lines[0].ticks, 5);
  EXPECT_EQ(lines[0].text, "hello");
}

}  // namespace
}  // namespace loopsteal::questions
