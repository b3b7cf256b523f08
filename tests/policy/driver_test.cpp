// The driver: who holds it, what it hands over in which order, and whom a new timer wakes.
#include "sched/policy/parts/driver.hpp"

#include <array>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/stub_machine.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DriverTest : public ::testing::Test {
 protected:
  DriverTest() { machine.shared_reactor = true; }

  void arm(std::size_t index, TimePoint deadline) {
    timers[index].job = &jobs[index];
    timers[index].deadline = deadline;
    EXPECT_TRUE(driver.submit_at(timers[index]));
  }
  /// The indices of the jobs that a poll hands over.
  std::vector<std::ptrdiff_t> poll() {
    JobQueue ready;
    driver.poll(0, ready);
    std::vector<std::ptrdiff_t> indices;
    while (const Job* const job = ready.pop_front()) indices.push_back(job - jobs.data());
    return indices;
  }

  testing::StubMachine machine{4};
  Driver<testing::StubMachine> driver{machine, 1ms};
  std::array<Job, 8> jobs;
  std::array<Timer, 8> timers;
};

TEST_F(DriverTest, T17_OneHoldsItAtATime) {
  EXPECT_TRUE(driver.try_acquire(2));
  EXPECT_FALSE(driver.try_acquire(1));
  EXPECT_FALSE(driver.try_acquire(2));
  driver.release();
  EXPECT_TRUE(driver.try_acquire(1));
}

TEST_F(DriverTest, T19_DeadlinesAreRoundedUpToTheTick) {
  arm(0, at(10us));
  EXPECT_EQ(driver.next_deadline(), at(1ms));
  machine.time = at(1ms - 1ns);
  EXPECT_THAT(poll(), IsEmpty());
  machine.time = at(1ms);
  EXPECT_THAT(poll(), ElementsAre(0));
  arm(1, at(7ms));
  EXPECT_EQ(driver.next_deadline(), at(7ms));
}

TEST_F(DriverTest, T19_EqualTicksFireInTheOrderOfTheirRegistration) {
  for (const std::size_t index : {4u, 0u, 1u, 2u, 3u})
    arm(index, at(1ms + Duration(index) * 1'000));  // All of the second tick but timer 0.
  machine.time = at(2ms);
  EXPECT_THAT(poll(), ElementsAre(0, 4, 1, 2, 3));
  EXPECT_EQ(machine.count(Op::timer_fire), 5u);
}

TEST_F(DriverTest, IoComesBeforeTimers) {
  arm(1, at(1ms));
  machine.time = at(1ms);
  machine.finished[0].push_back(jobs[0]);
  EXPECT_THAT(poll(), ElementsAre(0, 1));
  ASSERT_EQ(machine.ready.size(), 2u);
  EXPECT_EQ(machine.ready[0].cause, ReadyCause::io);
  EXPECT_EQ(machine.ready[1].cause, ReadyCause::timer);
}

TEST_F(DriverTest, AnEarlierTimerWakesTheHolderAndALaterOneNobody) {
  ASSERT_TRUE(driver.try_acquire(3));
  EXPECT_EQ(driver.next_deadline(), kForever);
  arm(0, at(5ms));
  EXPECT_THAT(machine.take_unparked(), ElementsAre(3));
  arm(1, at(9ms));
  arm(2, at(5ms));
  EXPECT_THAT(machine.take_unparked(), IsEmpty());
  arm(3, at(1ms));
  EXPECT_THAT(machine.take_unparked(), ElementsAre(3));
}

TEST_F(DriverTest, WithNobodyThereATimerWakesNobody) {
  arm(0, at(5ms));
  EXPECT_THAT(machine.unparked, IsEmpty());
  ASSERT_TRUE(driver.try_acquire(1));
  EXPECT_EQ(driver.next_deadline(), at(5ms));  // Whoever comes to hold it sees it.
}

TEST_F(DriverTest, CancelledTimersDoNotHoldTheDeadline) {
  arm(0, at(5ms));
  arm(1, at(8ms));
  EXPECT_TRUE(driver.cancel(timers[0]));
  EXPECT_FALSE(driver.cancel(timers[0]));
  EXPECT_EQ(driver.next_deadline(), at(8ms));
  EXPECT_EQ(machine.count_outside(Op::timer_cancel), 1u);
  machine.time = at(1s);
  EXPECT_THAT(poll(), ElementsAre(1));
  EXPECT_FALSE(driver.cancel(timers[1]));
}

TEST_F(DriverTest, AnAbandonedTimerIsNotArmed) {
  TaskControl control;
  control.cancel();
  timers[0].control = &control;
  timers[0].job = &jobs[0];
  timers[0].deadline = at(1ms);
  EXPECT_FALSE(driver.submit_at(timers[0]));
  EXPECT_EQ(driver.next_deadline(), kForever);
}

TEST_F(DriverTest, NeverIsNotRounded) {
  arm(0, kForever);
  EXPECT_EQ(driver.next_deadline(), kForever);
}

}  // namespace
}  // namespace loopsteal
