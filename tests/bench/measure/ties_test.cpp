// Where the order of simultaneous events is drawn without being asked for.
#include "bench/measure/ties.hpp"

#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "bench/measure/measure.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

const WorkloadCatalog& catalog() {
  static const WorkloadCatalog all = built_in_workloads();
  return all;
}

Point point_of(const std::string& scheduler, const std::string& workload, const std::string& costs,
               std::uint32_t workers = 32) {
  return checked({.scheduler = parse_spec(scheduler),
                  .workload = parse_spec(workload),
                  .machine = "sim",
                  .workers = workers,
                  .costs = parse_costs(costs),
                  .shuffle_ties = kTiesAuto},
                 catalog());
}

std::optional<Duration> step(const std::string& scheduler, const std::string& workload,
                             const std::string& costs, std::uint32_t workers = 32) {
  const Point point = point_of(scheduler, workload, costs, workers);
  const auto found = step_of_ties(point, catalog().named(point.workload.name));
  EXPECT_EQ(point.shuffle_ties, found ? kTiesYes : 0u);
  return found;
}

constexpr const char* kProbing = "random_stealing:preset=probing";
constexpr const char* kDet = "requests:load=0.7,mean=1ms,service=det";
constexpr const char* kLooks = "zero,steal_attempt=100us,steal_operation=100us";

TEST(Ties, ThievesOnOneGridDrawTheirOrder) {
  EXPECT_EQ(step(kProbing, kDet, kLooks), 100us);
  EXPECT_EQ(step("work_stealing", kDet, "zero,steal_attempt=300us"), 100us);
  EXPECT_EQ(step("work_stealing", "fan_out:work=1us", "zero,park=500ns"), 500ns);
}

TEST(Ties, WhatIsDrawnFromAContinuousDistributionMeetsByChance) {
  EXPECT_EQ(step(kProbing, "requests:load=0.7,mean=1ms,service=exp", kLooks), std::nullopt);
  EXPECT_EQ(step("random_stealing:preset=probing,transfer=exp,transfer_latency=1ms", kDet, kLooks),
            std::nullopt);
}

TEST(Ties, WhereNothingCostsAnythingOrNobodyStealsTheOrderIsThatOfScheduling) {
  EXPECT_EQ(step(kProbing, kDet, "zero"), std::nullopt);
  EXPECT_EQ(step(kProbing, kDet, kLooks, 1), std::nullopt);
  for (const char* const scheduler : {"event_loop", "sharded_loops", "shared_queue"})
    EXPECT_EQ(step(scheduler, kDet, kLooks), std::nullopt) << scheduler;
}

TEST(Ties, AFineGridIsNone) {
  EXPECT_EQ(step("work_stealing", kDet, "reference"), std::nullopt);
  EXPECT_EQ(step(kProbing, kDet, "zero,steal_attempt=99999ns"), std::nullopt);
  EXPECT_EQ(step(kProbing, kDet, "zero,steal_attempt=1ms,steal_operation=1010us"), std::nullopt);
}

TEST(Ties, TheUsersChoiceStands) {
  Point point = point_of(kProbing, kDet, kLooks);
  point.shuffle_ties = 0;
  EXPECT_EQ(checked(point, catalog()).shuffle_ties, 0u);
  point.shuffle_ties = 7;
  EXPECT_EQ(checked(point, catalog()).shuffle_ties, 7u);
}

}  // namespace
}  // namespace loopsteal
