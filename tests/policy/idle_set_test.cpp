#include "sched/policy/parts/idle_set.hpp"

#include <mutex>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

/// Counts how often it is taken, in a number that the test owns.
class CountingMutex {
 public:
  explicit CountingMutex(int& taken) : taken_(taken) {}
  void lock() { ++taken_; }
  void unlock() {}

 private:
  int& taken_;
};

using Idle = IdleSet<std::mutex>;

IdleSetOptions options(WorkerId workers, std::uint32_t searchers_max) {
  return {.workers = workers, .searchers_max = searchers_max};
}

TEST(IdleSet, BeginsWithAllAwakeAndNobodyToNotify) {
  Idle idle(options(4, 2));
  EXPECT_EQ(idle.parked_count(), 0u);
  EXPECT_EQ(idle.searching_count(), 0u);
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
}

TEST(IdleSet, NotifiesTheMostRecentlyParkedAndMakesItSearch) {
  Idle idle(options(4, 2));
  for (const WorkerId worker : {2u, 0u, 3u})
    EXPECT_FALSE(idle.transition_worker_to_parked(worker, false));
  EXPECT_EQ(idle.parked_count(), 3u);
  EXPECT_EQ(idle.worker_to_notify(), 3u);
  EXPECT_FALSE(idle.is_parked(3));
  EXPECT_EQ(idle.searching_count(), 1u);
  EXPECT_EQ(idle.parked_count(), 2u);
}

TEST(IdleSet, NotifiesNobodyWhileSomebodySearches) {
  Idle idle(options(4, 2));
  EXPECT_FALSE(idle.transition_worker_to_parked(0, false));
  ASSERT_TRUE(idle.transition_worker_to_searching());
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
  EXPECT_TRUE(idle.is_parked(0));
  EXPECT_TRUE(idle.transition_worker_from_searching());
  EXPECT_EQ(idle.worker_to_notify(), 0u);
}

TEST(IdleSet, WithoutNotificationsNoSleeperIsNamed) {
  Idle idle({.workers = 4, .searchers_max = 2, .notifies = false});
  EXPECT_FALSE(idle.transition_worker_to_parked(1, false));
  EXPECT_FALSE(idle.transition_worker_to_parked(2, false));
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
  EXPECT_TRUE(idle.unpark_worker_by_id(2));
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
  EXPECT_TRUE(idle.is_parked(1));
}

TEST(IdleSet, ALimitOnSearchersIsHalfOrANumberUpToAllWorkers) {
  EXPECT_EQ(IdleSetOptions::limit(IdleSetOptions::kHalf, 5), 3u);
  EXPECT_EQ(IdleSetOptions::limit(2, 5), 2u);
  EXPECT_EQ(IdleSetOptions::limit(9, 5), 5u);
}

TEST(IdleSet, OnlyTheLastSearcherIsToldSo) {
  Idle idle(options(6, 3));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(idle.transition_worker_to_searching());
  EXPECT_FALSE(idle.transition_worker_from_searching());
  EXPECT_FALSE(idle.transition_worker_to_parked(1, true));
  EXPECT_FALSE(idle.transition_worker_to_parked(2, false));  // It was not searching.
  EXPECT_TRUE(idle.transition_worker_to_parked(3, true));
  EXPECT_FALSE(idle.transition_worker_to_parked(4, false));
}

// Tokio: a wake-up starts one searcher, which wakes the next when it finds work.
TEST(IdleSet, WakeUpsSpreadOneByOne) {
  Idle idle(options(3, 2));
  for (const WorkerId worker : {0u, 1u, 2u})
    EXPECT_FALSE(idle.transition_worker_to_parked(worker, false));
  for (const WorkerId expected : {2u, 1u, 0u}) {
    EXPECT_EQ(idle.worker_to_notify(), expected);
    EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
    EXPECT_TRUE(idle.transition_worker_from_searching());
  }
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
}

// Tokio: 2 * searching >= workers refuses.
TEST(IdleSet, HalfTheWorkersMaySearch) {
  for (const WorkerId workers : {1u, 2u, 3u, 4u, 5u, 8u, 65535u}) {
    const std::uint32_t half = IdleSetOptions::half(workers);
    EXPECT_GE(2 * half, workers);
    EXPECT_LT(2 * (half - 1), workers);
    Idle idle(options(workers, half));
    for (std::uint32_t i = 0; i < half; ++i) EXPECT_TRUE(idle.transition_worker_to_searching());
    EXPECT_FALSE(idle.transition_worker_to_searching());
    EXPECT_EQ(idle.searching_count(), half);
  }
}

TEST(IdleSet, AWorkerThatWakesByItselfDoesNotSearch) {
  Idle idle(options(4, 2));
  for (const WorkerId worker : {0u, 1u, 2u, 3u})
    EXPECT_FALSE(idle.transition_worker_to_parked(worker, false));
  EXPECT_TRUE(idle.unpark_worker_by_id(1));  // From the middle of the list.
  EXPECT_FALSE(idle.unpark_worker_by_id(1));
  EXPECT_EQ(idle.searching_count(), 0u);
  EXPECT_TRUE(idle.unpark_worker_by_id(3));  // The most recent.
  EXPECT_TRUE(idle.unpark_worker_by_id(0));  // The oldest.
  EXPECT_EQ(idle.worker_to_notify(), 2u);
  EXPECT_FALSE(idle.unpark_worker_by_id(2));  // Notified before: it searches.
  EXPECT_EQ(idle.searching_count(), 1u);
}

TEST(IdleSet, KeepsItsOrderWhenWorkersLeaveAndComeBack) {
  Idle idle(options(4, 2));
  for (const WorkerId worker : {0u, 1u, 2u, 3u})
    EXPECT_FALSE(idle.transition_worker_to_parked(worker, false));
  EXPECT_TRUE(idle.unpark_worker_by_id(2));
  EXPECT_TRUE(idle.unpark_worker_by_id(0));
  EXPECT_FALSE(idle.transition_worker_to_parked(0, false));
  for (const WorkerId expected : {0u, 3u, 1u}) {
    EXPECT_EQ(idle.worker_to_notify(), expected);
    (void)idle.transition_worker_from_searching();
  }
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);
}

TEST(IdleSet, SubmittingTakesTheLockOnlyToWake) {
  int taken = 0;
  IdleSet<CountingMutex> idle(options(4, 2), taken);
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);  // All awake.
  EXPECT_TRUE(idle.transition_worker_to_searching());
  EXPECT_FALSE(idle.transition_worker_to_parked(0, false));
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(idle.worker_to_notify(), kNoWorker);  // Somebody searches.
  EXPECT_TRUE(idle.transition_worker_from_searching());
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(idle.worker_to_notify(), 0u);
  EXPECT_EQ(taken, 2);
}

TEST(IdleSet, RefusesCountsOutOfRange) {
  EXPECT_THROW(Idle(options(0, 1)), std::invalid_argument);
  EXPECT_THROW(Idle(options(65536, 1)), std::invalid_argument);
  EXPECT_THROW(Idle(options(4, 0)), std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal
