// WorkStealing on one worker: the order of what it makes ready itself. The names begin with the
// statement of docs/policies.md that the test shows.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/stealing.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::joined;
using testing::options_of;
using testing::range;
using testing::Stealing;

/// The order in which a worker runs the children of one job, numbered from 0.
std::vector<int> order_of_children(const std::string& settings, int count) {
  Stealing tokio(1, options_of(settings));
  tokio.on_run(-10, [&] { tokio.spawn_range(0, count - 1); });
  tokio.submit(-10);
  EXPECT_EQ(tokio.next(0), -10);
  return tokio.run_until_parked();
}

TEST(WorkStealingOrder, T3_TheSlotComesBeforeTheQueueAndTheQueueIsFifo) {
  Stealing tokio(1);
  tokio.as(0, [&] { tokio.submit_all({1, 2, 3, 4}); });
  EXPECT_EQ(tokio.policy.queue_depth(0), 4u);
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(4, 1, 2, 3));
  EXPECT_EQ(tokio.machine.count(Op::pop_local), 4u);
}

TEST(WorkStealingOrder, T7_ChildrenRunLastFirstAndThenInTurn) {
  EXPECT_THAT(order_of_children("preset=tokio-1.24", 5), ElementsAre(4, 0, 1, 2, 3));
  EXPECT_THAT(order_of_children("", 5), ElementsAre(4, 0, 1, 2, 3));
  EXPECT_THAT(order_of_children("preset=go-1.19", 5), ElementsAre(4, 0, 1, 2, 3));
}

TEST(WorkStealingOrder, T7_WithoutASlotTheyRunInTurn) {
  EXPECT_THAT(order_of_children("lifo_slot=off", 5), ElementsAre(0, 1, 2, 3, 4));
}

TEST(WorkStealingOrder, RayonRunsTheNewestFirst) {
  EXPECT_THAT(order_of_children("preset=rayon", 5), ElementsAre(4, 3, 2, 1, 0));
  EXPECT_THAT(order_of_children("local_order=lifo", 5), ElementsAre(4, 3, 2, 1, 0));
}

// A chain of jobs that each wake the next, and one job that was there before.
class Chain : public ::testing::Test {
 protected:
  std::vector<int> run(const std::string& settings, int length, ReadyCause cause) {
    Stealing tokio(1, options_of(settings));
    for (int number = 1; number < length; ++number)
      tokio.on_run(number, [&tokio, number, cause] {
        // What woke it was an operation, which it completes now. Job 1 was spawned.
        if (cause != ReadyCause::spawned && number != 1) tokio.policy.spend_budget();
        tokio.submit(number + 1, cause);
      });
    tokio.on_run(0, [&tokio] { tokio.submit_all({1000, 1}); });
    tokio.submit(0);
    const std::vector<int> order = tokio.run_until_parked();
    lifo_polls = tokio.machine.count(Op::lifo_poll);
    forced_yields = tokio.machine.count(Op::forced_yield);
    return order;
  }
  std::uint64_t lifo_polls = 0, forced_yields = 0;
};

TEST_F(Chain, T8_TheThirdPollFromTheSlotTurnsItOffForTheRestOfTheChain) {
  EXPECT_THAT(run("", 6, ReadyCause::woken), ElementsAre(0, 1, 2, 3, 1000, 4, 5, 6));
  EXPECT_EQ(lifo_polls, 5u);  // 1, 2, 3; then 4 comes from the queue, and 5 and 6 follow it.
  EXPECT_EQ(forced_yields, 0u);
}

TEST_F(Chain, T8_TheCapIsAKnob) {
  EXPECT_THAT(run("lifo_cap=1", 4, ReadyCause::woken), ElementsAre(0, 1, 1000, 2, 3, 4));
}

TEST_F(Chain, T8_In124ItHasNoCapAndStarvesTheQueueUntilTheBudgetIsUsedUp) {
  // Job 1 was spawned. Then 128 wake-ups follow each other; the next goes to the queue's back.
  EXPECT_THAT(run("preset=tokio-1.24", 200, ReadyCause::woken),
              ElementsAreArray(joined({range(0, 129), {1000}, range(130, 200)})));
  EXPECT_EQ(forced_yields, 1u);
}

TEST_F(Chain, T8_TheBudgetIsAKnobAndIsNewForEachChain) {
  EXPECT_THAT(run("preset=tokio-1.24,budget=3", 7, ReadyCause::woken),
              ElementsAre(0, 1, 2, 3, 4, 1000, 5, 6, 7));
  EXPECT_EQ(forced_yields, 1u);  // 5, which begins a chain with a budget of its own.
}

TEST_F(Chain, T8_SpawningUsesUpNoBudget) {
  EXPECT_THAT(run("preset=tokio-1.24", 500, ReadyCause::spawned),
              ElementsAreArray(joined({range(0, 500), {1000}})));
  EXPECT_EQ(forced_yields, 0u);
}

TEST(WorkStealingOrder, T8_ACappedSlotIsOpenAgainWhenEventsAreLookedAt) {
  Stealing tokio(1, options_of("event_interval=2,lifo_cap=1"));
  tokio.on_run(0, [&] { tokio.submit_all({10, 1}); });
  tokio.on_run(1, [&] { tokio.submit(2, ReadyCause::woken); });  // The slot is closed to it.
  tokio.submit(0);
  EXPECT_THAT(tokio.next(0, 2), ElementsAre(0, 1));
  tokio.finish_io(20);
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(20, 10, 2));
}

TEST(WorkStealingOrder, T10_OverflowOf300SpawnsIn124GivesTheFirstHalfAway) {
  Stealing tokio(1, options_of("preset=tokio-1.24"));
  tokio.on_run(-10, [&] { tokio.spawn_range(0, 299); });
  tokio.submit(-10);
  EXPECT_EQ(tokio.next(0), -10);
  EXPECT_EQ(tokio.machine.count(Op::overflow), 1u);
  const std::vector<int> order = tokio.run_until_parked();
  // The parent is the first tick and 299 its chain; at the 61st tick the injector comes first.
  EXPECT_THAT(std::vector<int>(order.begin(), order.begin() + 62),
              ElementsAreArray(joined({{299}, range(128, 186), {0}, range(187, 187)})));
  EXPECT_EQ(order[60], 0);
  EXPECT_EQ(order.size(), 300u);
}

TEST(WorkStealingOrder, T10_Since152ItGivesTheSecondHalf) {
  Stealing tokio(1, options_of("global_queue_interval=61"));
  tokio.on_run(-10, [&] { tokio.spawn_range(0, 299); });
  tokio.submit(-10);
  EXPECT_EQ(tokio.next(0), -10);
  EXPECT_EQ(tokio.machine.count(Op::overflow), 1u);
  const std::vector<int> order = tokio.run_until_parked();
  EXPECT_THAT(std::vector<int>(order.begin(), order.begin() + 63),
              ElementsAreArray(joined({{299}, range(0, 58), {128}, range(59, 60)})));
}

TEST(WorkStealingOrder, T10_ASmallerQueueOverflowsMoreOften) {
  Stealing tokio(1, options_of("queue_capacity=4"));
  tokio.as(0, [&] { tokio.spawn_range(0, 11); });
  EXPECT_EQ(tokio.machine.count(Op::overflow), 3u);  // When 4, 7 and 10 leave the slot.
  EXPECT_EQ(tokio.run_until_parked().size(), 12u);
}

TEST(WorkStealingOrder, ADequeDoesNotOverflow) {
  Stealing rayon(1, options_of("preset=rayon,queue_capacity=2"));
  rayon.as(0, [&] { rayon.spawn_range(0, 999); });
  EXPECT_EQ(rayon.machine.count(Op::overflow), 0u);
  EXPECT_EQ(rayon.run_until_parked().size(), 1'000u);
}

/// What three tasks that yield twice do, spawned by a fourth.
std::string trace_of_yielders(const std::string& settings) {
  Stealing tokio(1, options_of(settings));
  std::string trace;
  for (int task = 0; task < 3; ++task) {
    tokio.on_run(task, [&, task, turn = 0]() mutable {
      trace += static_cast<char>('A' + task);
      trace += std::to_string(turn) + ' ';
      if (++turn < 3) tokio.submit(task, ReadyCause::yielded);
    });
  }
  tokio.on_run(-10, [&] { tokio.submit_all({0, 1, 2}); });
  tokio.submit(-10);
  tokio.run_until_parked();
  return trace;
}

TEST(WorkStealingOrder, T18_DeferredJobsComeBackInTheOrderOfThePreset) {
  EXPECT_EQ(trace_of_yielders("preset=tokio-1.24"), "C0 A0 B0 B1 C1 A1 A2 B2 C2 ");
  EXPECT_EQ(trace_of_yielders(""), "C0 A0 B0 C1 B1 A1 C2 A2 B2 ");
}

TEST(WorkStealingOrder, YieldBackAndGlobalGoRoundRobin) {
  EXPECT_EQ(trace_of_yielders("yield=back"), "C0 A0 B0 C1 A1 B1 C2 A2 B2 ");
  EXPECT_EQ(trace_of_yielders("preset=go-1.19"), "C0 A0 B0 C1 A1 B1 C2 A2 B2 ");
}

TEST(WorkStealingOrder, T18_ADeferredJobWaitsForALookAtEvents) {
  Stealing tokio(1, options_of("event_interval=5"));
  tokio.on_run(0, [&, once = false]() mutable {
    if (!std::exchange(once, true)) tokio.submit(0, ReadyCause::yielded);
  });
  tokio.as(0, [&] {
    tokio.submit(0);
    tokio.spawn_range(1, 9);
  });
  // Ticks 1 to 4 run 9, 0, 1, 2; the fifth looks at events and puts 0 into the slot.
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(9, 0, 1, 2, 0, 3, 4, 5, 6, 7, 8));
}

TEST(WorkStealingOrder, T18_OrForWantOfOtherWork) {
  Stealing tokio(1);
  tokio.on_run(0, [&, turns = 0]() mutable {
    if (++turns < 10) tokio.submit(0, ReadyCause::yielded);
  });
  tokio.submit(0);
  EXPECT_THAT(tokio.next(0, 10), ElementsAreArray(std::vector<int>(10, 0)));
  EXPECT_EQ(tokio.machine.polls.size(), 9u);  // One look for each return.
}

TEST(WorkStealingOrder, T19_TheLastOfEqualTimersRunsFirst) {
  Stealing tokio(1);
  tokio.as(0, [&] {
    for (const int number : {4, 0, 1, 2, 3}) tokio.arm(number, at(10us));
  });
  EXPECT_EQ(tokio.step(0).deadline(), at(1ms));
  tokio.machine.time = at(1ms);
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(3, 4, 0, 1, 2));
}

TEST(WorkStealingOrder, T19_ASleepOfTicksIsTooLongByWhatHasPassedOfThisOne) {
  Stealing tokio(1, options_of("timer_sleep=ticks"));
  tokio.machine.time = at(300us);
  tokio.as(0, [&] { tokio.arm(1, at(2'500us)); });
  EXPECT_EQ(tokio.step(0).deadline(), at(3'300us));
  tokio.machine.time = at(3'300us);
  EXPECT_THAT(tokio.run_until_parked(), ElementsAre(1));
}

TEST(WorkStealingOrder, T19_ASleepUntilTheDeadlineEndsAtATick) {
  Stealing tokio(1);
  tokio.machine.time = at(300us);
  tokio.as(0, [&] { tokio.arm(1, at(2'500us)); });
  EXPECT_EQ(tokio.step(0).deadline(), at(3ms));
}

TEST(WorkStealingOrder, T19_ABusyWorkerFiresTimersAtItsEventInterval) {
  Stealing tokio(1);
  tokio.arm(1000, at(1ms));
  tokio.machine.time = at(1s);
  tokio.as(0, [&] { tokio.spawn_range(0, 99); });
  const std::vector<int> order = tokio.run_until_parked();
  EXPECT_EQ(order[60], 1000);  // Tick 61; 99 ran first, from the slot.
}

TEST(WorkStealingOrder, T1_TicksCountWhatIsNotFromTheSlot) {
  Stealing tokio(1, options_of("event_interval=4"));
  for (int number = 0; number < 9; ++number)
    tokio.on_run(number, [&, number] { tokio.submit(100 + number, ReadyCause::woken); });
  tokio.as(0, [&] { tokio.spawn_range(0, 8); });
  EXPECT_EQ(tokio.next(0, 6).size(), 6u);  // Three ticks of two jobs each.
  EXPECT_THAT(tokio.machine.polls, IsEmpty());
  EXPECT_EQ(tokio.next(0), 2);
  EXPECT_EQ(tokio.machine.polls.size(), 1u);
}

}  // namespace
}  // namespace loopsteal
