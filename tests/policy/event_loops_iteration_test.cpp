// EventLoops with one loop: what an iteration is. The names begin with the statement of
// docs/policies.md that the test shows.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sched/policy/event_loops/policy.hpp"
#include "tests/policy/cranked.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using testing::range;

class EventLoop : public ::testing::Test {
 protected:
  explicit EventLoop(const EventLoopsOptions& options = {}) : loop(1, options) {}

  void submit_on_loop(std::initializer_list<int> numbers) {
    loop.as(0, [&] { loop.submit_all(numbers); });
  }
  std::uint64_t iterations() const { return loop.machine.count(Op::iteration); }

  testing::Cranked<EventLoops> loop;
};

TEST_F(EventLoop, A1_JobsRunInTheOrderInWhichTheyBecameReady) {
  submit_on_loop({5, 3, 9, 1});
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(5, 3, 9, 1));
  EXPECT_EQ(iterations(), 1u);
}

TEST_F(EventLoop, A2_WhatJobsMakeReadyWaitsForTheNextIteration) {
  loop.on_run(1, [&] { loop.submit(3); });
  loop.on_run(2, [&] { loop.finish_io(4); });  // Not seen before the next poll.
  submit_on_loop({1, 2});
  EXPECT_THAT(loop.next(0, 2), ElementsAre(1, 2));
  EXPECT_EQ(loop.machine.polls.size(), 1u);
  EXPECT_EQ(loop.policy.queue_depth(0), 1u);
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(3, 4));
  EXPECT_EQ(iterations(), 2u);
}

TEST_F(EventLoop, A2_IoThenDueTimersGoBehindWhatIsReady) {
  loop.on_run(0, [&] {
    loop.arm(4, at(0ns));
    loop.finish_io(3);
    loop.as(kNoWorker, [&] { loop.submit(2); });
    loop.submit(1);
  });
  submit_on_loop({0});
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(iterations(), 2u);
}

TEST_F(EventLoop, A6_ADueTimerGoesBehindEverythingReady) {
  loop.as(0, [&] {
    loop.submit(1);
    loop.arm(3, loop.machine.time);
    loop.submit(2);
  });
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(1, 2, 3));
}

TEST_F(EventLoop, A11_EventsAreLookedAtOnceAnIterationHoweverLongItIs) {
  loop.as(0, [&] { loop.arm(-10, at(10ms)); });
  for (int number = 0; number < 1'000; ++number) {
    loop.on_run(number, [&] { loop.machine.time += 1ms; });
    submit_on_loop({number});
  }
  EXPECT_THAT(loop.next(0, 1'000), ElementsAreArray(range(0, 999)));
  EXPECT_EQ(loop.machine.polls.size(), 1u);
  EXPECT_EQ(loop.next(0), -10);  // Due at 10 ms, run at one second.
  EXPECT_EQ(loop.machine.time, at(1s));
  EXPECT_EQ(loop.machine.polls.size(), 2u);
}

TEST_F(EventLoop, A13_StopFinishesTheIterationAndKeepsTheRest) {
  loop.on_run(1, [&] {
    loop.submit(3);
    loop.machine.stopping = true;
  });
  submit_on_loop({1, 2});
  EXPECT_EQ(loop.next(0), 1);
  EXPECT_FALSE(loop.policy.may_leave(0));
  EXPECT_EQ(loop.next(0), 2);
  EXPECT_TRUE(loop.policy.may_leave(0));

  loop.machine.stopping = false;
  loop.policy.begin_run();
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(3));
}

TEST_F(EventLoop, A13_ALoopStoppedBeforeItBeginsMakesOneIteration) {
  submit_on_loop({1, 2});
  loop.machine.stopping = true;
  EXPECT_FALSE(loop.policy.may_leave(0));
  loop.on_run(2, [&] { loop.submit(3); });
  EXPECT_THAT(loop.next(0, 2), ElementsAre(1, 2));
  EXPECT_TRUE(loop.policy.may_leave(0));
  EXPECT_EQ(loop.machine.polls.size(), 1u);
}

TEST_F(EventLoop, A13_WithNothingReadyAStoppedLoopPollsOnceAndDoesNotPark) {
  loop.machine.stopping = true;
  loop.as(0, [&] { loop.arm(1, at(1h)); });
  const Step step = loop.step(0);
  EXPECT_FALSE(step.runs() || step.parks());
  EXPECT_TRUE(loop.policy.may_leave(0));
  EXPECT_EQ(loop.machine.polls.size(), 1u);
}

TEST_F(EventLoop, A16_APostFromOutsideWakesTheLoopAndRunsInItsNextIteration) {
  EXPECT_EQ(loop.next(0), testing::kParks);
  loop.submit(1);
  loop.submit(2);
  EXPECT_THAT(loop.machine.take_unparked(), ElementsAre(0, 0));
  EXPECT_EQ(loop.machine.count_outside(Op::push_remote), 2u);
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(1, 2));
  EXPECT_EQ(loop.machine.count(Op::pop_remote), 2u);
  EXPECT_EQ(iterations(), 1u);
}

TEST_F(EventLoop, A16_WhatTheLoopMakesReadyItselfWakesNobody) {
  loop.on_run(1, [&] { loop.submit_all({2, 3}); });
  submit_on_loop({1});
  loop.run_until_parked();
  EXPECT_THAT(loop.machine.unparked, IsEmpty());
  EXPECT_EQ(loop.machine.count(Op::push_remote), 0u);
  EXPECT_EQ(loop.machine.count(Op::push_local), 3u);
}

TEST_F(EventLoop, A21_TasksBeginInTheOrderOfTheirCreationBehindWhatIsReady) {
  loop.on_run(0, [&] { loop.submit_all({10, 11, 12}); });
  submit_on_loop({0, 1});
  EXPECT_THAT(loop.run_until_parked(), ElementsAre(0, 1, 10, 11, 12));
}

TEST_F(EventLoop, A25_ThreeTasksThatYieldGoRoundRobin) {
  std::string trace;
  for (int task = 0; task < 3; ++task) {
    loop.on_run(task, [&, task, turn = 0]() mutable {
      trace += static_cast<char>('A' + task);
      trace += std::to_string(turn) + ' ';
      if (++turn < 3) loop.submit(task, ReadyCause::yielded);
    });
  }
  submit_on_loop({0, 1, 2});
  loop.run_until_parked();
  EXPECT_EQ(trace, "A0 B0 C0 A1 B1 C1 A2 B2 C2 ");
  EXPECT_EQ(iterations(), 3u);
}

TEST_F(EventLoop, ALoopWithNothingToDoParksInItsReactorForever) {
  const Step step = loop.step(0);
  EXPECT_TRUE(step.parks_in_driver());
  EXPECT_EQ(step.deadline(), kForever);
  EXPECT_EQ(iterations(), 0u);
}

TEST_F(EventLoop, ReadinessIsReportedWithItsCause) {
  loop.on_run(1, [&] {
    loop.arm(2, at(0ns));
    loop.finish_io(3);
  });
  loop.submit(1);
  loop.run_until_parked();
  const auto& ready = loop.machine.ready;
  ASSERT_EQ(ready.size(), 3u);
  EXPECT_EQ(ready[0].worker, kNoWorker);
  EXPECT_EQ(ready[0].cause, ReadyCause::spawned);
  EXPECT_EQ(ready[1].worker, 0u);
  EXPECT_EQ(ready[1].cause, ReadyCause::io);
  EXPECT_EQ(ready[2].cause, ReadyCause::timer);
}

// ---- Debug mode ---------------------------------------------------------------------------------

EventLoopsOptions debug_options() {
  EventLoopsOptions options;
  options.debug = true;
  return options;
}

class EventLoopInDebugMode : public EventLoop {
 protected:
  EventLoopInDebugMode() : EventLoop(debug_options()) {
    loop.on_run(1, [this] { loop.machine.time += duration; });
  }

  Duration duration{};
};

TEST_F(EventLoopInDebugMode, A17_AJobThatTakesTheThresholdOrMoreIsReported) {
  for (const Duration taken : {Duration(100ms) - 1ns, Duration(100ms), Duration(250ms)}) {
    duration = taken;
    loop.as(0, [&] { loop.submit(1); });
    loop.run_until_parked();
  }
  using Slow = testing::StubMachine::Slow;
  EXPECT_THAT(loop.machine.slow, ElementsAre(Slow{0, 100ms}, Slow{0, 250ms}));
  EXPECT_EQ(loop.machine.count(Op::slow_callback), 2u);
}

TEST_F(EventLoopInDebugMode, A17_SoIsOneThatCameOutOfATimerOrFromIo) {
  duration = 1s;
  loop.on_run(2, loop.job(1).body);
  loop.as(0, [&] { loop.arm(1, at(5ms)); });
  EXPECT_EQ(loop.next(0), testing::kParks);
  loop.machine.time = at(5ms);
  loop.run_until_parked();
  loop.finish_io(2);
  loop.run_until_parked();
  EXPECT_EQ(loop.machine.count(Op::slow_callback), 2u);
}

TEST_F(EventLoopInDebugMode, A17_TimeBetweenTwoIterationsIsNobodysFault) {
  loop.as(0, [&] { loop.submit(1); });
  EXPECT_EQ(loop.next(0), 1);
  EXPECT_EQ(loop.next(0), testing::kParks);
  loop.machine.time += 10s;  // Asleep.
  loop.finish_io(1);
  loop.run_until_parked();
  EXPECT_THAT(loop.machine.slow, IsEmpty());
}

TEST_F(EventLoop, A17_WithoutDebugModeNothingIsReported) {
  loop.on_run(1, [&] { loop.machine.time += 1h; });
  submit_on_loop({1});
  loop.run_until_parked();
  EXPECT_THAT(loop.machine.slow, IsEmpty());
}

}  // namespace
}  // namespace loopsteal
