// OccupancySet against a plain list of flags.
#include "sched/policy/parts/occupancy.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "sched/core/random/random.hpp"

namespace loopsteal {
namespace {

WorkerId next_nonempty(const std::vector<bool>& has, WorkerId first, WorkerId end) {
  while (first < end && !has[first]) ++first;
  return first;
}

void expect_agreement(const OccupancySet& set, const std::vector<bool>& has, WorkerId first,
                      WorkerId end) {
  ASSERT_EQ(set.next_nonempty(first, end), next_nonempty(has, first, end))
      << "from " << first << " to " << end << " of " << has.size();
}

TEST(OccupancySet, KnowsWhatAListOfFlagsKnows) {
  for (const WorkerId workers : {1u, 2u, 63u, 64u, 65u, 128u, 4'095u, 4'096u, 4'097u, 10'000u}) {
    OccupancySet set(workers);
    std::vector<bool> has(workers);
    FastRandom random = FastRandom::for_worker(workers, 0);
    for (int step = 0; step < 3'000; ++step) {
      const WorkerId worker = random.next_below(workers);
      if (random.next_below(8) == 0) {
        set.add(worker);
        has[worker] = true;
      } else {
        set.remove(worker);
        has[worker] = false;
      }
      const WorkerId first = random.next_below(workers);
      const WorkerId end = first + random.next_below(workers - first + 1);
      ASSERT_NO_FATAL_FAILURE(expect_agreement(set, has, first, end));
      ASSERT_NO_FATAL_FAILURE(expect_agreement(set, has, 0, workers));
    }
  }
}

TEST(OccupancySet, FindsASingleOneWhereverItIs) {
  constexpr WorkerId kWorkers = 9'000;
  for (WorkerId one = 0; one < kWorkers; one += 61) {
    OccupancySet set(kWorkers);
    set.add(one);
    EXPECT_EQ(set.next_nonempty(0, kWorkers), one);
    EXPECT_EQ(set.next_nonempty(one, kWorkers), one);
    EXPECT_EQ(set.next_nonempty(0, one), one);
    if (one + 1 < kWorkers) {
      EXPECT_EQ(set.next_nonempty(one + 1, kWorkers), kWorkers);
    }
    set.remove(one);
    EXPECT_EQ(set.next_nonempty(0, kWorkers), kWorkers);
  }
}

TEST(OccupancySet, ASearchBeyondTheEndFindsNothing) {
  OccupancySet set(64);
  EXPECT_EQ(set.next_nonempty(64, 64), 64u);
}

}  // namespace
}  // namespace loopsteal
