// Virtual time's bill, its end, its patience, and the lock that is waited for on the bill.
#include "sched/machine/sim/virtual_time.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

CostModel costs_with_lock(Duration lock) {
  CostModel costs;
  costs.lock = lock;
  return costs;
}

TEST(VirtualTime, ABillDelaysWhatFollowsAndNotThePresent) {
  CostModel costs;
  costs.ops[static_cast<std::size_t>(Op::poll)] = 5ns;
  VirtualTime time(costs);
  EXPECT_TRUE(time.priced());
  time.pass_to(at(100ns));
  time.open_bill(3ns);
  time.charge(Op::poll, 4);
  time.charge(Op::park, 7);  // Has no price.
  EXPECT_EQ(time.bill(), 23ns);
  EXPECT_EQ(time.now(), at(100ns));
  EXPECT_EQ(time.paid(), at(123ns));
  time.pass_to(at(200ns));
  EXPECT_EQ(time.bill(), 0ns);
}

TEST(VirtualTime, WhatWouldLieBeyondItsEndIsItsEnd) {
  VirtualTime time{CostModel{}};
  time.pass_to(kForever - 10ns);
  EXPECT_EQ(time.after(time.now(), 10ns), kForever);
  EXPECT_FALSE(time.overflowed());
  EXPECT_EQ(time.after(time.now(), 11ns), kForever);
  EXPECT_TRUE(time.overflowed());
}

TEST(VirtualTime, StandsStillAfterItsPatienceWithoutTimePassing) {
  VirtualTime time(CostModel{}, 10);
  time.begin_run();
  int steps = 0;
  while (!time.stands_still()) ++steps;
  EXPECT_GE(steps, 10);
  EXPECT_LT(steps, 20);
}

TEST(VirtualTime, DoesNotStandStillWhileItPasses) {
  VirtualTime time(CostModel{}, 10);
  time.begin_run();
  for (int step = 0; step < 1'000; ++step) {
    if (step % 9 == 0) time.pass_to(time.now() + 1ns);
    ASSERT_FALSE(time.stands_still()) << step;
  }
}

TEST(VirtualTime, EachRunHasPatienceOfItsOwn) {
  VirtualTime time(CostModel{}, 10);
  for (int run = 0; run < 100; ++run) {
    time.begin_run();
    for (int step = 0; step < 10; ++step) ASSERT_FALSE(time.stands_still());
  }
}

TEST(VirtualTime, WithoutEndOfPatienceItNeverStandsStill) {
  VirtualTime time(CostModel{}, 0);
  time.begin_run();
  for (int step = 0; step < 100'000; ++step) ASSERT_FALSE(time.stands_still());
}

// ---- Mutex --------------------------------------------------------------------------------------

TEST(VirtualMutex, AFreeLockCostsItsPrice) {
  VirtualTime time(costs_with_lock(4ns));
  VirtualMutex mutex(time);
  mutex.lock();
  mutex.unlock();
  EXPECT_EQ(time.bill(), 4ns);
}

TEST(VirtualMutex, WhoeverComesWhileItIsHeldPaysForTheWaitInTurn) {
  CostModel costs = costs_with_lock(4ns);
  costs.ops[static_cast<std::size_t>(Op::push_remote)] = 10ns;
  VirtualTime time(costs);
  VirtualMutex mutex(time);
  time.pass_to(at(100ns));
  for (const Duration expected : {14ns, 28ns, 42ns}) {
    time.open_bill();
    mutex.lock();
    time.charge(Op::push_remote, 1);  // Under the lock.
    mutex.unlock();
    EXPECT_EQ(time.bill(), expected);
  }
  time.pass_to(at(130ns));  // It is held until 142.
  mutex.lock();
  mutex.unlock();
  EXPECT_EQ(time.bill(), 16ns);
  time.pass_to(at(200ns));
  mutex.lock();
  mutex.unlock();
  EXPECT_EQ(time.bill(), 4ns);
}

TEST(VirtualMutex, WhereNothingCostsAnythingNobodyWaits) {
  VirtualTime time{CostModel{}};
  EXPECT_FALSE(time.priced());
  VirtualMutex mutex(time);
  for (int i = 0; i < 3; ++i) {
    mutex.lock();
    mutex.unlock();
  }
  EXPECT_EQ(time.bill(), 0ns);
}

TEST(VirtualMutex, AnUnbilledLookNeitherPaysNorHoldsUpOthers) {
  VirtualTime time(costs_with_lock(4ns));
  VirtualMutex mutex(time);
  time.unbilled([&] {
    mutex.lock();
    mutex.unlock();
  });
  EXPECT_EQ(time.bill(), 0ns);
  mutex.lock();
  mutex.unlock();
  EXPECT_EQ(time.bill(), 4ns);
}

}  // namespace
}  // namespace loopsteal
