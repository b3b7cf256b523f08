// A program that waits by yielding for what only time can bring: virtual time never gets there
// where yielding costs nothing, and the program is told so instead of hanging.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "sched/core/coro/callback.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/machine/sim/sim_machine.hpp"
#include "sched/policy/event_loops/policy.hpp"
#include "sched/runtime.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using Loop = Runtime<EventLoops, SimMachine<NullObserver>, NullObserver>;

Loop::Options impatient(const CostModel& costs) {
  Loop::Options options{.name = "impatient", .machine = {}, .policy = {}};
  options.machine.costs = costs;
  options.machine.patience = 10'000;
  return options;
}

Task<void> yield_until(const bool& flag) {
  while (!flag) co_await yield();
}

std::string error_of(Loop& loop) {
  bool flag = false;
  const TimedCallback raise(loop, loop.now() + 1ms, [&flag] { flag = true; });
  try {
    loop.run(yield_until(flag));
    return "";
  } catch (const SimError& error) {
    return error.what();
  }
}

TEST(Standstill, YieldingForATimerEndsWithASentence) {
  NullObserver observer;
  Loop loop(impatient({}), observer);
  const std::string error = error_of(loop);
  EXPECT_EQ(error, SimError::kStandstill);
  EXPECT_NE(error.find("sleep instead"), std::string::npos);
  EXPECT_EQ(loop.now(), TimePoint{});
}

TEST(Standstill, WhereYieldingTakesTimeTheTimerComes) {
  CostModel costs;
  costs.run = 1ns;
  NullObserver observer;
  Loop loop(impatient(costs), observer);
  EXPECT_EQ(error_of(loop), "");
  EXPECT_GE(loop.now(), TimePoint(1ms));
}

Task<void> yield_often(int times) {
  for (int i = 0; i < times; ++i) co_await yield();
}

TEST(Standstill, ManyStepsAtOneInstantAreNoStandstillYet) {
  NullObserver observer;
  Loop loop(impatient({}), observer);
  for (int run = 0; run < 20; ++run) loop.run(yield_often(5'000));
  EXPECT_THROW(loop.run(yield_often(100'000)), SimError);
}

}  // namespace
}  // namespace loopsteal
