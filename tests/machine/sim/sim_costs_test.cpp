// What each operation costs in virtual time, and whom it delays.
#include <chrono>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "tests/machine/sim/scripted_policy.hpp"
#include "tests/machine/test_job.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using TestMachine = ScriptedPolicy::TestMachine;

/// A machine of two workers with these costs.
struct Bench {
  explicit Bench(const CostModel& costs)
      : machine(
            {.workers = 2, .reactors = Reactors::shared, .costs = costs}, [](Job&) {}, observer) {}
  [[nodiscard]] Duration time() const { return machine.now().time_since_epoch(); }
  Measurement run() {
    return machine.run(policy, [] {});
  }
  NullObserver observer;
  TestMachine machine;
  ScriptedPolicy policy{machine};
};

/// When a job begins whose step was charged three times for `op`.
Duration begin_after_three(Op op, const CostModel& costs) {
  Bench bench(costs);
  Duration began(-1);
  TestJob job([&] {
    began = bench.time();
    bench.machine.finish();
  });
  bool first = true;
  bench.policy.decide = [&](WorkerId w) {
    if (w == 1 || !std::exchange(first, false)) return Step::park(kForever);
    bench.machine.charge(0, op, 3);
    if (op == Op::stolen_job) bench.machine.stolen(0, 1, 3);  // What is taken was given.
    return Step::run(job.job);
  };
  bench.policy.submit(job.job, ReadyCause::spawned);
  bench.run();
  return began;
}

TEST(SimCosts, EachOperationDelaysTheJobThatItsStepChose) {
  for (std::size_t i = 0; i < kOps; ++i) {
    const Op op = static_cast<Op>(i);
    CostModel costs;
    costs.ops[i] = 10ns;
    EXPECT_EQ(begin_after_three(op, costs), 30ns) << i;
    EXPECT_EQ(begin_after_three(op, CostModel{}), 0ns) << i;
  }
}

TEST(SimCosts, AStepThatFindsNothingDelaysTheNextOne) {
  CostModel costs;
  costs.ops[static_cast<std::size_t>(Op::steal_attempt)] = 7ns;
  Bench bench(costs);
  std::vector<Duration> steps;
  bench.policy.decide = [&](WorkerId w) {
    if (w == 1) return Step::park(kForever);
    steps.push_back(bench.time());
    if (steps.size() == 4) bench.machine.finish();
    bench.machine.charge(0, Op::steal_attempt, 2);
    return Step::look_again();
  };
  const Measurement measurement = bench.run();
  EXPECT_EQ(steps, (std::vector<Duration>{0ns, 14ns, 28ns, 42ns}));
  EXPECT_GE(measurement.workers[0].searching, 42ns);
  EXPECT_EQ(measurement.workers[0].busy, 0ns);
}

TEST(SimCosts, ToRunAJobAndWhatItDoesDelaysItsWorkersNextStep) {
  CostModel costs;
  costs.run = 100ns;
  costs.ops[static_cast<std::size_t>(Op::push_local)] = 5ns;
  Bench bench(costs);
  std::vector<Duration> began;
  const auto body = [&] {
    began.push_back(bench.time());
    bench.machine.charge(bench.machine.current(), Op::push_local, 2);
  };
  TestJob first(body), second(body);
  TestJob last([&] { bench.machine.finish(); });
  for (TestJob* job : {&first, &second, &last}) bench.policy.submit(job->job, ReadyCause::woken);
  bench.policy.decide = [&](WorkerId w) {
    return w == 0 ? bench.policy.run_or_park() : Step::park(kForever);
  };
  const Measurement measurement = bench.run();
  EXPECT_EQ(began, (std::vector<Duration>{0ns, 110ns}));
  EXPECT_EQ(measurement.makespan, 220ns);
  EXPECT_EQ(measurement.workers[0].busy, 320ns);  // With the last one's way back.
}

/// Worker 0 sleeps for a microsecond and wakes worker 1, which has slept for ever: both for good.
struct TwoSleeps {
  explicit TwoSleeps(const CostModel& costs) : bench(costs) {
    bench.policy.decide = [this](WorkerId w) {
      steps[w].push_back(bench.time());
      if (steps[w].size() == 1) return Step::park(w == 0 ? TimePoint(1us) : kForever);
      if (w == 0 && steps[0].size() == 2) bench.machine.unpark(1);
      if (w == 0) return Step::park(kForever);
      bench.machine.finish();
      return Step::look_again();
    };
    measurement = bench.run();
  }
  Bench bench;
  std::vector<Duration> steps[2];
  Measurement measurement;
};

TEST(SimCosts, AParkedWorkerNeedsTimeToWakeWhateverWakesIt) {
  CostModel costs;
  costs.wake_up = 50ns;
  costs.timer_wake_up = 70ns;
  const TwoSleeps run(costs);
  ASSERT_GE(run.steps[0].size(), 2u);
  ASSERT_GE(run.steps[1].size(), 2u);
  EXPECT_EQ(run.steps[0][1], 1us + 70ns);
  EXPECT_EQ(run.steps[1][1], 1us + 120ns);
  EXPECT_EQ(run.measurement.workers[1].parked, 1us + 120ns);
}

TEST(SimCosts, ADeadlineIsNotBilledForAWakeUpByAnotherNorTheOtherWayRound) {
  CostModel only_deadlines;
  only_deadlines.timer_wake_up = 30ns;
  const TwoSleeps late(only_deadlines);
  EXPECT_EQ(late.steps[0].at(1), 1us + 30ns);
  EXPECT_EQ(late.steps[1].at(1), 1us + 30ns);
  CostModel only_wake_ups;
  only_wake_ups.wake_up = 50ns;
  const TwoSleeps punctual(only_wake_ups);
  EXPECT_EQ(punctual.steps[0].at(1), 1us);
  EXPECT_EQ(punctual.steps[1].at(1), 1us + 50ns);
}

/// How long it takes from `slept` after a worker fell asleep, when another wakes it, to its step.
Duration up_after_sleep_of(Duration slept, const CostModel& costs) {
  Bench bench(costs);
  Duration up{};
  std::size_t steps[2] = {};
  bench.policy.decide = [&](WorkerId w) {
    ++steps[w];
    if (w == 0 && steps[0] == 2) bench.machine.unpark(1);
    if (w == 0) return Step::park(steps[0] == 1 ? TimePoint(slept) : kForever);
    if (steps[1] == 1) return Step::park(kForever);
    up = bench.time();
    bench.machine.finish();
    return Step::look_again();
  };
  bench.run();
  return up - slept - costs.of_timer_wake_up(slept);  // Worker 0 has to wake up itself.
}

TEST(SimCosts, ANapIsSoonerOver) {
  CostModel costs;
  costs.wake_up = 50ns;
  costs.nap = 40ns;
  EXPECT_EQ(up_after_sleep_of(CostModel::kShortIdle - 1ns, costs), 10ns);
  EXPECT_EQ(up_after_sleep_of(CostModel::kShortIdle, costs), 50ns);
  costs.timer_wake_up = 45ns;
  EXPECT_EQ(costs.of_timer_wake_up(1us), 5ns);
  EXPECT_EQ(costs.of_timer_wake_up(CostModel::kShortIdle), 45ns);
  costs.nap = 60ns;  // More than there is to save.
  EXPECT_EQ(costs.of_wake_up(1us), 0ns);
  EXPECT_EQ(costs.of_timer_wake_up(1us), 0ns);
}

TEST(SimCosts, ATaskIsPaidForByWhoSpawnsItAndAMoveByWhoRunsIt) {
  CostModel costs;
  costs.spawn = 20ns;
  costs.moved = 300ns;
  Bench bench(costs);
  Duration second{};
  TestJob moved([&] {
    second = bench.time();
    bench.machine.finish();
  });
  std::size_t steps[2] = {};
  TestJob spawner([&] { bench.machine.made_ready(0, moved.job, ReadyCause::spawned); });
  bench.policy.decide = [&](WorkerId w) {
    ++steps[w];
    if (w == 0) return steps[0] == 1 ? Step::run(spawner.job) : Step::park(kForever);
    return steps[1] == 1 ? Step::park(TimePoint(1us)) : Step::run(moved.job);
  };
  bench.policy.submit(spawner.job, ReadyCause::spawned);
  const Measurement measurement = bench.run();
  EXPECT_EQ(second, 1us);
  EXPECT_EQ(measurement.workers[0].busy, 20ns + 300ns);  // The first came from outside.
  EXPECT_EQ(measurement.workers[1].busy, 300ns);
}

TEST(SimCosts, AWorkerThatWatchesIsUpAtOnce) {
  CostModel costs;
  costs.wake_up = costs.timer_wake_up = 50ns;
  costs.ops[static_cast<std::size_t>(Op::unpark)] = 7ns;
  Bench bench(costs);
  bench.policy.spin = 100ns;
  std::vector<Duration> steps[2];
  bench.policy.decide = [&](WorkerId w) {
    steps[w].push_back(bench.time());
    const std::size_t step = steps[w].size();
    // Worker 0 sleeps twice, within the time that it watches and beyond, and wakes the other.
    if (w == 0 && step == 2) bench.machine.unpark(1);
    if (w == 0 && step < 3) return Step::park(TimePoint(step == 1 ? 80ns : 400ns));
    if (w == 1 && step < 3) return Step::park(kForever);
    bench.machine.finish();
    return Step::look_again();
  };
  const Measurement measurement = bench.run();
  ASSERT_GE(steps[0].size(), 3u);
  EXPECT_EQ(steps[0][1], 80ns);
  EXPECT_EQ(steps[1][1], 80ns);  // Told by a token, for which nobody pays.
  EXPECT_EQ(steps[0][2], 400ns + 50ns);
  EXPECT_EQ(measurement.workers[0].searching, 80ns + 100ns);
  EXPECT_EQ(measurement.workers[0].parked, 450ns - 180ns);
}

TEST(SimCosts, WhoeverFindsALockHeldWaitsForIt) {
  CostModel costs;
  costs.lock = 4ns;
  costs.ops[static_cast<std::size_t>(Op::pop_remote)] = 10ns;
  Bench bench(costs);
  TestMachine::Mutex mutex(bench.machine);
  std::vector<Duration> began;
  TestJob first([&] { began.push_back(bench.time()); });
  TestJob second([&] {
    began.push_back(bench.time());
    bench.machine.finish();
  });
  for (TestJob* job : {&first, &second}) bench.policy.submit(job->job, ReadyCause::woken);
  bench.policy.decide = [&](WorkerId w) {
    const std::lock_guard lock(mutex);
    bench.machine.charge(w, Op::pop_remote, 1);
    return bench.policy.run_or_park();
  };
  bench.run();
  EXPECT_EQ(began, (std::vector<Duration>{14ns, 28ns}));
}

TEST(SimCosts, WhatOneRunWasBilledForCostsTheNextOneNothing) {
  CostModel costs;
  costs.lock = 1ms;
  Bench bench(costs);
  TestMachine::Mutex mutex(bench.machine);
  bench.policy.decide = [&](WorkerId) {
    mutex.lock();
    mutex.unlock();
    bench.machine.finish();
    return Step::look_again();
  };
  bench.run();
  Duration began(-1);
  TestJob job([&] {
    began = bench.time();
    bench.machine.finish();
  });
  bench.policy.submit(job.job, ReadyCause::spawned);
  bench.policy.decide = [&](WorkerId) { return bench.policy.run_or_park(); };
  const Duration before = bench.time();
  bench.run();
  EXPECT_EQ(began, before);
}

// ---- Entries that nobody knows ------------------------------------------------------------------

/// For which entries the run is refused; none if it is not.
Charges unknown_of_two_sleeps(const CostModel& costs) {
  try {
    const TwoSleeps run(costs);
  } catch (const UnknownCosts& error) {
    return error.charges();
  }
  return {};
}

TEST(SimCosts, ARunThatIsBilledForAnUnknownEntryFailsAndNamesIt) {
  CostModel costs = unknown_costs();
  EXPECT_EQ(unknown_of_two_sleeps(costs),
            (Charges{Charge::run, Charge::wake_up, Op::park, Op::unpark, Charge::timer_wake_up}));
  costs.unknown.remove(Charge::run);
  costs.unknown.remove(Op::park);
  costs.unknown.remove(Op::unpark);
  EXPECT_EQ(unknown_of_two_sleeps(costs), (Charges{Charge::wake_up, Charge::timer_wake_up}));
  costs.unknown.remove(Charge::timer_wake_up);
  EXPECT_EQ(unknown_of_two_sleeps(costs), (Charges{Charge::wake_up}));
  costs.unknown.remove(Charge::wake_up);
  EXPECT_EQ(unknown_of_two_sleeps(costs), Charges{});  // All others are unknown, and not needed.
}

TEST(SimCosts, EachUnknownOperationFailsTheRunThatChargesIt) {
  for (std::size_t i = 0; i < kOps; ++i) {
    const Op op = static_cast<Op>(i);
    CostModel costs;
    costs.unknown.add(op);
    if (unknown_costs().unknown.contains(op) && op != Op::unpark) {
      EXPECT_THROW(begin_after_three(op, costs), UnknownCosts) << i;
    } else {  // Without an entry; and charged by unpark() alone.
      costs.unknown = costs.unknown & unknown_costs().unknown;
      EXPECT_NO_THROW(begin_after_three(op, costs)) << i;
    }
  }
}

TEST(SimCosts, WhatIsSaidToBeZeroIsKnown) {
  CostModel costs = unknown_costs();
  for (const CostEntry& entry : cost_entries()) {
    EXPECT_FALSE(entry.known_in(costs)) << entry.name;
    EXPECT_FALSE(costs.free()) << entry.name;
    entry.set(costs, Duration::zero());
    EXPECT_TRUE(entry.known_in(costs)) << entry.name;
  }
  EXPECT_TRUE(costs.free());
}

}  // namespace
}  // namespace loopsteal
