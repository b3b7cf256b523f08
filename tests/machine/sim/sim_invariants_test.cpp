// Invariants of a virtual run: they hold, and each way to break one is found.
#include "sched/machine/sim/sim_invariants.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

std::string breach(const SimInvariants& invariants, std::uint64_t taken = 0,
                   bool conserves_work = false) {
  try {
    invariants.check(taken, conserves_work);
    return "";
  } catch (const SimError& error) {
    return error.what();
  }
}

TEST(SimInvariants, TwoJobsThatWaitAndRunBalance) {
  SimInvariants invariants;
  invariants.begin(at(1ms));
  invariants.made_ready();
  invariants.pass_to(at(2ms));
  invariants.made_ready();
  invariants.pass_to(at(5ms));
  invariants.run(at(1ms));
  invariants.pass_to(at(9ms));
  invariants.run(at(2ms));
  EXPECT_EQ(breach(invariants), "");
}

TEST(SimInvariants, AJobThatIsSaidToHaveWaitedLessBreaksLittlesLaw) {
  SimInvariants invariants;
  invariants.begin(at(0ms));
  invariants.made_ready();
  invariants.pass_to(at(5ms));
  invariants.run(at(1ms));
  EXPECT_NE(breach(invariants).find("Little"), std::string::npos);
}

TEST(SimInvariants, WhatAnEarlierRunLeftReadyIsNotHeldAgainstThisOne) {
  SimInvariants invariants;
  invariants.begin(at(0ms));
  invariants.made_ready();
  EXPECT_EQ(breach(invariants), "");  // Still ready at the end.
  invariants.begin(at(3ms));
  invariants.pass_to(at(4ms));
  invariants.run(at(0ms));
  EXPECT_EQ(breach(invariants), "");
  invariants.begin(at(4ms));
  invariants.made_ready();
  invariants.pass_to(at(5ms));
  invariants.run(at(5ms));
  EXPECT_NE(breach(invariants), "");  // And the run after that is as strict as any.
}

TEST(SimInvariants, AWorkerWhoseAccountDoesNotAddUpIsFound) {
  SimInvariants invariants;
  invariants.begin(at(0ms));
  invariants.leave(true);
  EXPECT_EQ(breach(invariants), "");
  invariants.leave(false);
  EXPECT_NE(breach(invariants).find("accounts"), std::string::npos);
}

TEST(SimInvariants, WhatThievesTookIsWhatVictimsGave) {
  SimInvariants invariants;
  invariants.begin(at(0ms));
  invariants.stolen(3);
  EXPECT_EQ(breach(invariants, 3), "");
  EXPECT_NE(breach(invariants, 2).find("thieves"), std::string::npos);
}

TEST(SimInvariants, ASleeperBesideAReadyJobIsIdleWhileWorkWaits) {
  SimInvariants invariants;
  invariants.begin(at(0ms));
  invariants.falls_asleep();
  invariants.pass_to(at(1ms));
  EXPECT_EQ(invariants.idle_while_work_waited(), 0ms);
  for (int i = 0; i < 3; ++i) invariants.made_ready();
  invariants.pass_to(at(3ms));  // One sleeper, three jobs.
  EXPECT_EQ(invariants.idle_while_work_waited(), 2ms);
  for (int i = 0; i < 3; ++i) invariants.falls_asleep();
  invariants.pass_to(at(4ms));  // Four sleepers, three jobs.
  EXPECT_EQ(invariants.idle_while_work_waited(), 5ms);
  for (int i = 0; i < 4; ++i) invariants.wakes_up();
  invariants.pass_to(at(9ms));
  EXPECT_EQ(invariants.idle_while_work_waited(), 5ms);
  EXPECT_EQ(breach(invariants, 0, false), "");
  EXPECT_NE(breach(invariants, 0, true).find("idle"), std::string::npos);
}

// A thousand jobs that wait for 292 years each: the sums wrap, and still balance.
TEST(SimInvariants, SumsBeyondTheirRangeBalanceToo) {
  SimInvariants invariants;
  invariants.begin(at(0ns));
  for (int i = 0; i < 1'000; ++i) invariants.made_ready();
  invariants.pass_to(kForever - 1ns);
  for (int i = 0; i < 1'000; ++i) invariants.run(at(0ns));
  EXPECT_EQ(breach(invariants), "");
}

}  // namespace
}  // namespace loopsteal
