// The machine of virtual time under a policy whose every step the test decides.
#include "sched/machine/sim/sim_machine.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/machine/sim/scripted_policy.hpp"
#include "tests/machine/test_job.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

/// A machine of two workers under the scripted policy.
class SimMachineTest : public testing::Test {
 protected:
  explicit SimMachineTest(std::uint64_t patience = 0)
      : machine_(
            options_with(patience),
            [this](Job& job) { policy_.submit(job, ReadyCause::unblocked); }, observer_) {}

  static SimMachineOptions options_with(std::uint64_t patience) {
    SimMachineOptions options{.workers = 2, .reactors = Reactors::shared, .costs = {}};
    options.patience = patience;
    return options;
  }

  Measurement run() {
    return machine_.run(policy_, [] {});
  }
  std::string error_of_run() {
    try {
      run();
      return "";
    } catch (const SimError& error) {
      return error.what();
    }
  }
  [[nodiscard]] Duration time() const { return machine_.now().time_since_epoch(); }

  NullObserver observer_;
  ScriptedPolicy::TestMachine machine_;
  ScriptedPolicy policy_{machine_};
};

TEST_F(SimMachineTest, OutsideARunItIsTheBeginningAndNobodyIsAWorker) {
  EXPECT_EQ(machine_.workers(), 2u);
  EXPECT_EQ(machine_.current(), kNoWorker);
  EXPECT_EQ(time(), 0ns);
  EXPECT_FALSE(machine_.finishing());
}

TEST_F(SimMachineTest, WorkersTakeTheirFirstStepsInTheirOrder) {
  std::vector<WorkerId> order;
  policy_.decide = [&](WorkerId w) {
    EXPECT_EQ(machine_.current(), w);
    order.push_back(w);
    if (order.size() == 2) machine_.finish();
    return Step::park(kForever);
  };
  const Measurement measurement = run();
  EXPECT_EQ(order, (std::vector<WorkerId>{0, 1}));
  EXPECT_EQ(measurement.workers.size(), 2u);
  EXPECT_EQ(machine_.current(), kNoWorker);
  EXPECT_FALSE(machine_.finishing());
}

// ---- Parking ------------------------------------------------------------------------------------

TEST_F(SimMachineTest, AParkEndsAtItsDeadline) {
  std::vector<Duration> steps;
  policy_.decide = [&](WorkerId w) {
    if (w == 1) return Step::park(kForever);
    steps.push_back(time());
    if (steps.size() == 3) machine_.finish();
    return Step::park(machine_.now() + 5ms);
  };
  const Measurement measurement = run();
  EXPECT_EQ(steps, (std::vector<Duration>{0ms, 5ms, 10ms}));
  EXPECT_EQ(measurement.workers[0].parked, 10ms);
  EXPECT_EQ(measurement.workers[1].parked, 10ms);
  EXPECT_EQ(measurement.workers[0][Op::park], 3u);
}

TEST_F(SimMachineTest, ADeadlineInThePastIsNoSleep) {
  int steps = 0;
  policy_.decide = [&](WorkerId w) {
    if (w == 0 && ++steps == 3) machine_.finish();
    return Step::park(w == 0 ? at(-1s) : kForever);
  };
  run();
  EXPECT_EQ(time(), 0ns);
}

TEST_F(SimMachineTest, AnUnparkEndsAParkBeforeItsDeadline) {
  std::vector<std::string> log;
  policy_.decide = [&](WorkerId w) {
    log.push_back(std::to_string(w) + " at " + std::to_string(time() / 1ms));
    if (w == 0) {
      if (time() == 3ms) machine_.unpark(1);
      return Step::park(time() == 0ms ? at(3ms) : kForever);
    }
    if (time() == 3ms) machine_.finish();
    return Step::park(at(1h));
  };
  run();
  EXPECT_EQ(log, (std::vector<std::string>{"0 at 0", "1 at 0", "0 at 3", "1 at 3"}));
  EXPECT_EQ(time(), 3ms);
}

TEST_F(SimMachineTest, AnUnparkOfOneThatIsAwakeEndsItsNextParkAndNoMore) {
  int steps = 0;
  policy_.decide = [&](WorkerId w) {
    if (w == 1) return Step::park(kForever);
    ++steps;
    if (steps == 1) {
      machine_.unpark(0);
      machine_.unpark(0);  // Twice is once.
      return Step::park(at(7ms));
    }
    EXPECT_EQ(time(), steps == 2 ? 0ms : 7ms);
    if (steps == 3) machine_.finish();
    return Step::park(at(7ms));
  };
  const Measurement measurement = run();
  EXPECT_EQ(steps, 3);
  EXPECT_EQ(measurement.workers[0].parked, 7ms);
}

TEST_F(SimMachineTest, NeitherTokenNorCountIsTakenIntoTheNextRun) {
  policy_.decide = [&](WorkerId w) {
    if (w == 0) machine_.unpark(0);
    machine_.finish();
    return Step::look_again();
  };
  run();
  int steps = 0;
  policy_.decide = [&](WorkerId w) {
    steps += w == 0 ? 1 : 0;
    if (time() == 2ms) machine_.finish();
    return Step::park(w == 0 ? at(2ms) : kForever);
  };
  const Measurement measurement = run();
  EXPECT_EQ(time(), 2ms);
  EXPECT_EQ(steps, 2);
  EXPECT_EQ(measurement.workers[0][Op::unpark], 0u);
}

// ---- Requests and calls -------------------------------------------------------------------------

struct Request {
  Request(Job& job, TimePoint deadline) {
    timer.job = &job;
    timer.deadline = deadline;
  }
  Timer timer;
};

TEST_F(SimMachineTest, ARequestThatCompletesWakesWhoSleepsInTheDriver) {
  TestJob job([] {});
  Job of_others;
  Request request(job.job, at(4ms)), later(of_others, at(9ms)), in_between(of_others, at(6ms));
  JobQueue finished;
  policy_.decide = [&](WorkerId w) {
    if (w == 1) {  // Started while worker 0 is asleep already.
      if (time() == 0ms) {
        EXPECT_TRUE(machine_.start_io(later.timer));
        EXPECT_TRUE(machine_.start_io(request.timer));
        EXPECT_TRUE(machine_.start_io(in_between.timer));  // Delays nobody.
      }
      return Step::park(kForever);
    }
    machine_.poll(0, finished);
    if (time() == 0ms) return Step::park_in_driver(kForever);
    machine_.finish();
    return Step::park(kForever);
  };
  run();
  EXPECT_EQ(time(), 4ms);
  EXPECT_EQ(finished.pop_front(), &job.job);
  EXPECT_TRUE(finished.empty());
  EXPECT_TRUE(machine_.cancel_io(later.timer));
}

TEST_F(SimMachineTest, ARequestThatIsUnderWayBeforeTheParkEndsIt) {
  TestJob job([] {});
  Request request(job.job, at(4ms));
  EXPECT_TRUE(machine_.start_io(request.timer));
  policy_.decide = [&](WorkerId w) {
    if (time() == 4ms) machine_.finish();
    return w == 0 ? Step::park_in_driver(kForever) : Step::park(kForever);
  };
  run();
  EXPECT_EQ(time(), 4ms);
}

TEST_F(SimMachineTest, DescriptorsAreRefused) {
  DescriptorWait wait;
  EXPECT_FALSE(machine_.watch(wait));
  EXPECT_EQ(wait.error, ENOTSUP);
  EXPECT_FALSE(machine_.cancel(wait));
}

TEST_F(SimMachineTest, ABlockingCallEndsWithoutHoldingAnybody) {
  TestJob after([&] { machine_.finish(); });
  BlockingCall call;
  call.job = &after.job;
  call.duration = 6ms;
  bool begun = false;
  policy_.decide = [&](WorkerId w) {
    if (!std::exchange(begun, true)) machine_.block(call);
    if (w == 0 && time() < 6ms) return Step::park(machine_.now() + 1ms);
    return policy_.run_or_park();
  };
  const Measurement measurement = run();
  EXPECT_EQ(time(), 6ms);
  EXPECT_EQ(measurement.workers[0].parked, 6ms);
  EXPECT_EQ(after.job.cause, ReadyCause::unblocked);
  EXPECT_EQ(after.job.ready_on, kNoWorker);
}

// ---- Runs that cannot go on ---------------------------------------------------------------------

TEST_F(SimMachineTest, ARunWithNothingToComeSaysThatItWaitsForEver) {
  EXPECT_EQ(error_of_run(), SimError::kStuck);
  EXPECT_EQ(machine_.current(), kNoWorker);
  policy_.decide = [&](WorkerId) {
    machine_.finish();
    return Step::look_again();
  };
  EXPECT_EQ(error_of_run(), "");  // The next run is none the worse for it.
}

TEST_F(SimMachineTest, ARunThatWasFinishedBeforeEndsAtOnceAndTheNextDoesNot) {
  machine_.finish();
  EXPECT_TRUE(machine_.finishing());
  EXPECT_EQ(run().makespan, 0ns);
  EXPECT_FALSE(machine_.finishing());
  EXPECT_EQ(error_of_run(), SimError::kStuck);
}

TEST_F(SimMachineTest, WorkBeyondTheEndOfTimeIsAnOverflow) {
  TestJob job([&] { EXPECT_TRUE(machine_.compute(job.job, Work{2})); });
  policy_.submit(job.job, ReadyCause::spawned);
  policy_.decide = [&](WorkerId w) {
    if (w == 1) return Step::park(kForever);
    return time() == 0ns ? Step::park(kForever - 1ns) : policy_.run_or_park();
  };
  EXPECT_EQ(error_of_run(), SimError::kOverflow);
}

class ImpatientTest : public SimMachineTest {
 protected:
  ImpatientTest() : SimMachineTest(1'000) {}
};

TEST_F(ImpatientTest, StepsWithoutEndAtOneInstantAreAStandstill) {
  int steps = 0;
  policy_.decide = [&](WorkerId) {
    ++steps;
    return Step::look_again();
  };
  EXPECT_EQ(error_of_run(), SimError::kStandstill);
  EXPECT_GE(steps, 1'000);
  EXPECT_LE(steps, 2'000);
  EXPECT_EQ(machine_.current(), kNoWorker);
}

TEST_F(ImpatientTest, AnyNumberOfStepsMayBeTakenAsTimePasses) {
  int steps = 0;
  policy_.decide = [&](WorkerId w) {
    if (w == 1) return Step::park(kForever);
    if (++steps == 10'000) machine_.finish();
    return steps % 900 == 0 ? Step::park(machine_.now() + 1ns) : Step::look_again();
  };
  EXPECT_EQ(error_of_run(), "");
  EXPECT_EQ(steps, 10'000);
}

// ---- Ties ---------------------------------------------------------------------------------------

std::vector<WorkerId> order_of_first_steps(std::uint64_t shuffle_ties) {
  NullObserver observer;
  ScriptedPolicy::TestMachine machine(
      {.workers = 8, .reactors = Reactors::shared, .costs = {}, .shuffle_ties = shuffle_ties},
      [](Job&) {}, observer);
  ScriptedPolicy policy(machine);
  std::vector<WorkerId> order;
  policy.decide = [&](WorkerId w) {
    order.push_back(w);
    if (order.size() == 8) machine.finish();
    return Step::park(kForever);
  };
  machine.run(policy, [] {});
  return order;
}

TEST(SimMachineTies, ASeedDrawsTheOrderOfWorkers) {
  const std::vector<WorkerId> in_order = order_of_first_steps(0);
  EXPECT_EQ(in_order, (std::vector<WorkerId>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_NE(order_of_first_steps(1), in_order);
  EXPECT_NE(order_of_first_steps(1), order_of_first_steps(2));
  EXPECT_EQ(order_of_first_steps(3), order_of_first_steps(3));
}

}  // namespace
}  // namespace loopsteal
