// WorkStealing with several workers: who takes what from whom. The names begin with the statement
// of docs/policies.md that the test shows.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/core/random/random.hpp"
#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::joined;
using testing::kParks;
using testing::options_of;
using testing::range;
using testing::Stealing;

using Steal = testing::StubMachine::Steal;

/// Worker 0 has `count` jobs in its queue, numbered from 0, and one more in its slot.
void fill(Stealing& tokio, int count, WorkerId worker = 0) {
  tokio.as(worker, [&] { tokio.spawn_range(0, count); });
}

TEST(WorkStealingSteal, T9_AJobAloneInTheSlotIsNotStolen) {
  Stealing tokio(2);
  tokio.on_run(0, [&] { tokio.submit(1); });
  tokio.as(0, [&] { tokio.submit(0); });
  EXPECT_EQ(tokio.next(0), 0);  // And holds its worker from here on.
  EXPECT_EQ(tokio.next(1), kParks);
  EXPECT_EQ(tokio.machine.count(1, Op::steal_attempt), 1u);
  EXPECT_THAT(tokio.machine.steals, IsEmpty());
  EXPECT_EQ(tokio.next(0), 1);
}

TEST(WorkStealingSteal, T9_OfTwoChildrenTheFirstIsStolenAndTheSecondWaits) {
  Stealing tokio(2);
  tokio.on_run(0, [&] { tokio.submit_all({1, 2}); });
  tokio.as(0, [&] { tokio.submit(0); });
  EXPECT_EQ(tokio.next(0), 0);
  EXPECT_THAT(tokio.run_until_parked(1), ElementsAre(1));
  EXPECT_THAT(tokio.run_until_parked(0), ElementsAre(2));
}

TEST(WorkStealingSteal, T9_AStealableSlotIsTakenAfterTheQueue) {
  Stealing tokio(2, options_of("lifo_slot=stealable"));
  tokio.on_run(0, [&] { tokio.submit_all({1, 2}); });
  tokio.as(0, [&] { tokio.submit(0); });
  EXPECT_EQ(tokio.next(0), 0);
  EXPECT_THAT(tokio.run_until_parked(1), ElementsAre(1, 2));
  EXPECT_EQ(tokio.next(0), kParks);
  EXPECT_THAT(tokio.machine.steals, ElementsAre(Steal{1, 0, 1}, Steal{1, 0, 1}));
}

TEST(WorkStealingSteal, T9_APushIntoAStealableSlotIsAnnounced) {
  for (const auto& [settings, announced] :
       {std::pair("lifo_slot=stealable", true), std::pair("lifo_slot=on", false)}) {
    Stealing tokio(2, options_of(settings));
    EXPECT_EQ(tokio.next(1), kParks);
    tokio.as(0, [&] { tokio.submit(0); });
    EXPECT_EQ(!tokio.machine.unparked.empty(), announced) << settings;
  }
}

TEST(WorkStealingSteal, T11_AThiefTakesHalfRoundedUpRunsTheLastAndKeepsTheOthersInOrder) {
  Stealing tokio(2);
  fill(tokio, 7);
  EXPECT_EQ(tokio.next(1), 3);
  EXPECT_EQ(tokio.policy.queue_depth(1), 3u);
  EXPECT_EQ(tokio.policy.queue_depth(0), 4u);
  EXPECT_THAT(tokio.machine.steals, ElementsAre(Steal{1, 0, 4}));
  EXPECT_EQ(tokio.machine.count(1, Op::steal_operation), 1u);
  EXPECT_EQ(tokio.machine.count(1, Op::stolen_job), 4u);
  EXPECT_THAT(tokio.next(1, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(tokio.next(0, 4), ElementsAre(7, 4, 5, 6));
}

TEST(WorkStealingSteal, StealOneAndAllAreKnobs) {
  Stealing one(2, options_of("steal=one"));
  fill(one, 7);
  EXPECT_EQ(one.next(1), 0);
  EXPECT_EQ(one.policy.queue_depth(1), 0u);
  Stealing all(2, options_of("steal=all"));
  fill(all, 7);
  EXPECT_EQ(all.next(1), 6);
  EXPECT_EQ(all.policy.queue_depth(1), 6u);
  EXPECT_EQ(all.policy.queue_depth(0), 1u);  // What is in the slot.
}

TEST(WorkStealingSteal, RayonTakesTheOldestOneByOne) {
  Stealing rayon(2, options_of("preset=rayon"));
  fill(rayon, 4);
  EXPECT_THAT(rayon.next(1, 2), ElementsAre(0, 1));
  EXPECT_THAT(rayon.run_until_parked(0), ElementsAre(4, 3, 2));
  EXPECT_THAT(rayon.machine.steals, ElementsAre(Steal{1, 0, 1}, Steal{1, 0, 1}));
}

TEST(WorkStealingSteal, ADequeGivesHalfInTheOrderOfTheRing) {
  Stealing lifo(2, options_of("local_order=lifo,lifo_slot=off"));
  fill(lifo, 6);
  EXPECT_EQ(lifo.next(1), 3);  // Of 0 to 3 the last; the others, newest first, come after it.
  EXPECT_THAT(lifo.next(1, 3), ElementsAre(2, 1, 0));
  EXPECT_THAT(lifo.next(0, 3), ElementsAre(6, 5, 4));
}

/// The order in which worker `thief` first asks the others, by Tokio's rule and its random numbers.
std::vector<WorkerId> scan_order(std::uint64_t seed, WorkerId thief, WorkerId workers) {
  const WorkerId start = FastRandom::for_worker(seed, thief).next_below(workers);
  std::vector<WorkerId> order;
  for (WorkerId i = 0; i < workers; ++i)
    if ((start + i) % workers != thief) order.push_back((start + i) % workers);
  return order;
}

TEST(WorkStealingSteal, T12_FromARandomStartEverybodyIsAskedOnceInTurn) {
  constexpr WorkerId kWorkers = 5, kThief = 2;
  std::vector<int> first_asked(kWorkers);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<WorkerId> order = scan_order(seed, kThief, kWorkers);
    ++first_asked[order[0]];
    Stealing tokio(kWorkers, {}, seed);
    // The second and the last of the order have work: the second is robbed.
    tokio.as(order[1], [&] { tokio.submit_all({10, 11}); });
    tokio.as(order[3], [&] { tokio.submit_all({20, 21}); });
    EXPECT_EQ(tokio.next(kThief), 10);
    EXPECT_EQ(tokio.machine.count(kThief, Op::steal_attempt), 2u);
    EXPECT_THAT(tokio.machine.steals, ElementsAre(Steal{kThief, order[1], 1}));
  }
  first_asked[kThief] = 1;
  EXPECT_THAT(first_asked, ::testing::Each(::testing::Gt(0)));
}

TEST(WorkStealingSteal, T12_AfterOneRoundInVainTheThiefParks) {
  Stealing tokio(5);
  EXPECT_EQ(tokio.next(0), kParks);
  EXPECT_EQ(tokio.machine.count(0, Op::steal_attempt), 4u);
  EXPECT_EQ(tokio.machine.count(0, Op::search), 1u);
}

TEST(WorkStealingSteal, T12_LastComesTheInjector) {
  Stealing tokio(2);
  tokio.machine.on_charge = [&](WorkerId, Op op) {
    if (op != Op::steal_attempt) return;
    tokio.machine.on_charge = nullptr;  // While the thief looks at its victim:
    tokio.as(kNoWorker, [&] { tokio.submit_all({1, 2}); });
  };
  EXPECT_EQ(tokio.next(0), 1);
  EXPECT_EQ(tokio.machine.count(0, Op::pop_remote), 1u);  // One of them, and no batch.
  EXPECT_EQ(tokio.machine.count(0, Op::steal_attempt), 1u);
}

TEST(WorkStealingSteal, GoMakesFourRounds) {
  Stealing go(4, options_of("preset=go-1.19"));
  EXPECT_EQ(go.next(0), kParks);
  EXPECT_EQ(go.machine.count(0, Op::steal_attempt), 12u);
}

TEST(WorkStealingSteal, RandomVictimsAreAsManyDraws) {
  constexpr WorkerId kWorkers = 4;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    FastRandom random = FastRandom::for_worker(seed, 0);
    std::uint64_t others = 0;
    for (WorkerId i = 0; i < kWorkers; ++i) others += random.next_below(kWorkers) != 0 ? 1 : 0;
    Stealing stealing(kWorkers, options_of("victim=random"), seed);
    EXPECT_EQ(stealing.next(0), kParks);
    EXPECT_EQ(stealing.machine.count(0, Op::steal_attempt), others);
  }
}

/// How many of `workers` may search at once: each steps while the one before is in mid-search.
std::uint64_t searchers_at_once(WorkerId workers, const std::string& settings) {
  Stealing tokio(workers, options_of(settings));
  WorkerId next = 1;
  tokio.machine.on_charge = [&](WorkerId, Op op) {
    if (op == Op::search && next < workers) tokio.next(next++);
  };
  tokio.next(0);
  return tokio.machine.count(Op::search);
}

TEST(WorkStealingSteal, T13_HalfTheWorkersSearchRoundedUp) {
  for (const auto& [workers, searching] :
       {std::pair(1u, 1u), {2u, 1u}, {3u, 2u}, {4u, 2u}, {5u, 3u}, {8u, 4u}})
    EXPECT_EQ(searchers_at_once(workers, ""), searching) << workers;
}

TEST(WorkStealingSteal, T13_OrAsManyAsTheKnobSays) {
  EXPECT_EQ(searchers_at_once(8, "searchers=all"), 8u);
  EXPECT_EQ(searchers_at_once(8, "searchers=1"), 1u);
  EXPECT_EQ(searchers_at_once(8, "searchers=3"), 3u);
  EXPECT_EQ(searchers_at_once(2, "searchers=60000"), 2u);
  EXPECT_EQ(searchers_at_once(8, "preset=rayon"), 8u);
}

TEST(WorkStealingSteal, T1_AWorkerStealsBeforeItTakesItsDeferredJobsBack) {
  Stealing tokio(2);
  fill(tokio, 2);
  tokio.on_run(10, [&, once = false]() mutable {
    if (!std::exchange(once, true)) tokio.submit(10, ReadyCause::yielded);
  });
  tokio.as(1, [&] { tokio.submit(10); });
  EXPECT_THAT(tokio.next(1, 3), ElementsAre(10, 0, 1));
  EXPECT_EQ(tokio.next(1), 10);
  EXPECT_THAT(tokio.next(0, 2), ElementsAre(2, kParks));
}

TEST(WorkStealingSteal, TheVictimsCostsAreNotTheVictims) {
  Stealing tokio(2);
  fill(tokio, 4);
  tokio.next(1);
  EXPECT_EQ(tokio.machine.count(0, Op::steal_attempt), 0u);
  EXPECT_EQ(tokio.machine.count(0, Op::stolen_job), 0u);
  EXPECT_EQ(tokio.machine.count(0, Op::push_local), 5u);
  EXPECT_EQ(tokio.machine.count(1, Op::push_local), 0u);
}

}  // namespace
}  // namespace loopsteal
