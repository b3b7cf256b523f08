// The census against a plain list of flags.
#include "sched/machine/sim/census.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "sched/core/random.hpp"

namespace loopsteal {
namespace {

/// How many from `first` on, up to `end`, have none.
WorkerId count_fruitless(const std::vector<bool>& has, WorkerId first, WorkerId end) {
  WorkerId count = 0;
  while (first + count < end && !has[first + count]) ++count;
  return count;
}

void expect_agreement(const SimCensus& census, const std::vector<bool>& has, WorkerId first,
                      WorkerId end) {
  ASSERT_EQ(census.fruitless(first, end), count_fruitless(has, first, end))
      << "from " << first << " to " << end << " of " << has.size();
}

TEST(SimCensus, KnowsWhatAListOfFlagsKnows) {
  for (const WorkerId workers : {1u, 2u, 63u, 64u, 65u, 128u, 4'095u, 4'096u, 4'097u, 10'000u}) {
    SimCensus census(workers);
    std::vector<bool> has(workers);
    FastRandom random = FastRandom::for_worker(workers, 0);
    for (int step = 0; step < 3'000; ++step) {
      const WorkerId worker = random.next_below(workers);
      if (random.next_below(8) == 0) {
        census.may_have(worker);
        has[worker] = true;
      } else {
        census.has_none(worker);
        has[worker] = false;
      }
      const WorkerId first = random.next_below(workers);
      const WorkerId end = first + random.next_below(workers - first + 1);
      ASSERT_NO_FATAL_FAILURE(expect_agreement(census, has, first, end));
      ASSERT_NO_FATAL_FAILURE(expect_agreement(census, has, 0, workers));
    }
  }
}

TEST(SimCensus, FindsASingleOneWhereverItIs) {
  constexpr WorkerId kWorkers = 9'000;
  for (WorkerId one = 0; one < kWorkers; one += 61) {
    SimCensus census(kWorkers);
    census.may_have(one);
    EXPECT_EQ(census.fruitless(0, kWorkers), one);
    EXPECT_EQ(census.fruitless(one, kWorkers), 0u);
    EXPECT_EQ(census.fruitless(0, one), one);
    if (one + 1 < kWorkers) {
      EXPECT_EQ(census.fruitless(one + 1, kWorkers), kWorkers - one - 1);
    }
    census.has_none(one);
    EXPECT_EQ(census.fruitless(0, kWorkers), kWorkers);
  }
}

TEST(SimCensus, ASearchBeyondTheEndFindsNothing) {
  SimCensus census(64);
  EXPECT_EQ(census.fruitless(64, 64), 0u);
}

}  // namespace
}  // namespace loopsteal
