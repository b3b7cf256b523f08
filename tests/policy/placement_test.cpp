// Which worker a job is put on.
#include "sched/policy/parts/placement.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "sched/atomics.hpp"

namespace loopsteal {
namespace {

using Numbers = std::vector<std::uint64_t>;

std::size_t no_jobs(WorkerId) { return 0; }

template <class Load>
Numbers counts(const PlacementOptions& options, WorkerId workers, int jobs, Load&& load) {
  Placer<StdAtomics> placer(options, 1, workers);
  Numbers count(workers);
  for (int i = 0; i < jobs; ++i) ++count[placer.place(placer.take_number(), load)];
  return count;
}

TEST(Placement, RoundRobinTakesTurns) {
  EXPECT_EQ(counts({.placement = Placement::round_robin}, 3, 30, no_jobs), (Numbers{10, 10, 10}));
}

TEST(Placement, RandomAndHashSpreadEvenly) {
  for (const Placement placement : {Placement::random, Placement::hash})
    for (const std::uint64_t count : counts({.placement = placement}, 4, 40'000, no_jobs))
      EXPECT_NEAR(static_cast<double>(count), 10'000, 500);
}

TEST(Placement, WhatIsDrawnDependsOnSeedAndNumberAlone) {
  for (const Placement placement : {Placement::random, Placement::skewed, Placement::jsq}) {
    const Placer<StdAtomics> one({.placement = placement}, 1, 1000),
        same({.placement = placement}, 1, 1000), other({.placement = placement}, 2, 1000);
    int differ = 0;
    for (std::uint64_t number = 0; number < 100; ++number) {
      EXPECT_EQ(one.place(number, no_jobs), same.place(number, no_jobs));
      differ += one.place(number, no_jobs) != other.place(number + 1, no_jobs) ? 1 : 0;
    }
    EXPECT_GT(differ, 20);
  }
}

// Of two workers drawn with repetition, the idle one of four is among them in 7 of 16 cases.
TEST(Placement, TheOneWithFewestJobsOfThoseDrawnGetsIt) {
  const auto busy_but_for_two = [](WorkerId w) { return w == 2 ? 0u : 5u; };
  const Numbers two =
      counts({.placement = Placement::jsq, .choices = 2}, 4, 16'000, busy_but_for_two);
  EXPECT_NEAR(static_cast<double>(two[2]), 7'000, 400);
  const Numbers one =
      counts({.placement = Placement::jsq, .choices = 1}, 4, 16'000, busy_but_for_two);
  EXPECT_NEAR(static_cast<double>(one[2]), 4'000, 400);
}

TEST(Placement, OneWorkerIsHot) {
  const Numbers count =
      counts({.placement = Placement::skewed, .hot_share = 0.7}, 4, 10'000, no_jobs);
  EXPECT_NEAR(static_cast<double>(count[0]), 7'000, 300);
  for (const WorkerId w : {1u, 2u, 3u}) EXPECT_NEAR(static_cast<double>(count[w]), 1'000, 200);
  EXPECT_EQ(counts({.placement = Placement::skewed}, 1, 10, no_jobs), Numbers{10});
}

}  // namespace
}  // namespace loopsteal
