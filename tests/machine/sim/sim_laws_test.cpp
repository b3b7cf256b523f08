// The books of a virtual run: they balance, and each way not to balance is found.
#include "sched/machine/sim/sim_laws.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

std::string breach(const SimLaws& laws, std::uint64_t taken = 0, bool conserves_work = false) {
  try {
    laws.check(taken, conserves_work);
    return "";
  } catch (const SimError& error) {
    return error.what();
  }
}

TEST(SimLaws, TwoJobsThatWaitAndRunBalance) {
  SimLaws laws;
  laws.begin(at(1ms));
  laws.made_ready();
  laws.pass_to(at(2ms));
  laws.made_ready();
  laws.pass_to(at(5ms));
  laws.run(at(1ms));
  laws.pass_to(at(9ms));
  laws.run(at(2ms));
  EXPECT_EQ(breach(laws), "");
}

TEST(SimLaws, AJobThatIsSaidToHaveWaitedLessBreaksLittlesLaw) {
  SimLaws laws;
  laws.begin(at(0ms));
  laws.made_ready();
  laws.pass_to(at(5ms));
  laws.run(at(1ms));
  EXPECT_NE(breach(laws).find("Little"), std::string::npos);
}

TEST(SimLaws, WhatAnEarlierRunLeftReadyIsNotHeldAgainstThisOne) {
  SimLaws laws;
  laws.begin(at(0ms));
  laws.made_ready();
  EXPECT_EQ(breach(laws), "");  // Still ready at the end.
  laws.begin(at(3ms));
  laws.pass_to(at(4ms));
  laws.run(at(0ms));
  EXPECT_EQ(breach(laws), "");
  laws.begin(at(4ms));
  laws.made_ready();
  laws.pass_to(at(5ms));
  laws.run(at(5ms));
  EXPECT_NE(breach(laws), "");  // And the run after that is as strict as any.
}

TEST(SimLaws, AWorkerWhoseAccountDoesNotAddUpIsFound) {
  SimLaws laws;
  laws.begin(at(0ms));
  laws.leave(true);
  EXPECT_EQ(breach(laws), "");
  laws.leave(false);
  EXPECT_NE(breach(laws).find("accounts"), std::string::npos);
}

TEST(SimLaws, WhatThievesTookIsWhatVictimsGave) {
  SimLaws laws;
  laws.begin(at(0ms));
  laws.stolen(3);
  EXPECT_EQ(breach(laws, 3), "");
  EXPECT_NE(breach(laws, 2).find("thieves"), std::string::npos);
}

TEST(SimLaws, ASleeperBesideAReadyJobIsIdleWhileWorkWaits) {
  SimLaws laws;
  laws.begin(at(0ms));
  laws.falls_asleep();
  laws.pass_to(at(1ms));
  EXPECT_EQ(laws.idle_while_work_waited(), 0ms);
  for (int i = 0; i < 3; ++i) laws.made_ready();
  laws.pass_to(at(3ms));  // One sleeper, three jobs.
  EXPECT_EQ(laws.idle_while_work_waited(), 2ms);
  for (int i = 0; i < 3; ++i) laws.falls_asleep();
  laws.pass_to(at(4ms));  // Four sleepers, three jobs.
  EXPECT_EQ(laws.idle_while_work_waited(), 5ms);
  for (int i = 0; i < 4; ++i) laws.wakes_up();
  laws.pass_to(at(9ms));
  EXPECT_EQ(laws.idle_while_work_waited(), 5ms);
  EXPECT_EQ(breach(laws, 0, false), "");
  EXPECT_NE(breach(laws, 0, true).find("idle"), std::string::npos);
}

// A thousand jobs that wait for 292 years each: the sums wrap, and still balance.
TEST(SimLaws, SumsBeyondTheirRangeBalanceToo) {
  SimLaws laws;
  laws.begin(at(0ns));
  for (int i = 0; i < 1'000; ++i) laws.made_ready();
  laws.pass_to(kForever - 1ns);
  for (int i = 0; i < 1'000; ++i) laws.run(at(0ns));
  EXPECT_EQ(breach(laws), "");
}

}  // namespace
}  // namespace loopsteal
