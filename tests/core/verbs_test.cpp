// The verbs: what each asks of its scheduler, and what it brings back.
#include "sched/core/coro/verbs.hpp"

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/manual_scheduler.hpp"

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using testing_support::ManualScheduler;
using Started = ManualScheduler::Started;

Task<void> do_yield() { co_await yield(); }

TEST(Yield, MakesTheJobReadyAgainAsYielded) {
  ManualScheduler scheduler;
  Started task(scheduler, do_yield());
  EXPECT_TRUE(scheduler.step());
  EXPECT_EQ(scheduler.causes.back(), ReadyCause::yielded);
  EXPECT_FALSE(task.ended);
  EXPECT_TRUE(scheduler.step());
  EXPECT_TRUE(task.ended);
}

Task<void> do_sleep(TimePoint& woken, Scheduler& scheduler) {
  co_await sleep_for(10ms);
  co_await sleep_until(TimePoint(25ms));
  woken = scheduler.now();
}

TEST(Sleep, CountsFromNowOrToADeadline) {
  ManualScheduler scheduler;
  TimePoint woken{};
  Started task(scheduler, do_sleep(woken, scheduler));
  scheduler.settle();
  EXPECT_EQ(scheduler.armed_timers(), 1u);
  scheduler.advance(9ms);
  EXPECT_EQ(scheduler.settle(), 0);
  scheduler.advance(1ms);
  EXPECT_EQ(scheduler.settle(), 1);
  EXPECT_EQ(scheduler.causes.back(), ReadyCause::timer);
  scheduler.advance(14ms);
  EXPECT_EQ(scheduler.settle(), 0);
  scheduler.advance(1ms);
  scheduler.settle();
  EXPECT_TRUE(task.ended);
  EXPECT_EQ(woken, TimePoint(25ms));
}

Task<void> do_io() {
  co_await io(3ms);
  co_await io_until(TimePoint(5ms));
}

TEST(Io, IsARequestAndNoTimer) {
  ManualScheduler scheduler;
  Started task(scheduler, do_io());
  scheduler.settle();
  EXPECT_EQ(scheduler.armed_timers(), 0u);
  EXPECT_EQ(scheduler.armed_requests(), 1u);
  scheduler.advance(3ms);
  EXPECT_EQ(scheduler.causes.back(), ReadyCause::io);
  scheduler.settle();
  scheduler.advance(2ms);
  scheduler.settle();
  EXPECT_TRUE(task.ended);
}

Task<void> do_compute() { co_await compute(Work::of(7ms)); }

TEST(Compute, OccupiesTheWorkerAndGoesOnAtOnceWhereTheWorkIsDone) {
  ManualScheduler scheduler;
  Started task(scheduler, do_compute());
  EXPECT_TRUE(scheduler.step());
  EXPECT_TRUE(task.ended);
  ASSERT_EQ(scheduler.computed.size(), 1u);
  EXPECT_EQ(scheduler.computed[0].ns, 7'000'000);
}

Task<void> do_blocking(std::vector<std::string>& log) {
  const int value = co_await blocking([&log] {
    log.emplace_back("called");
    return 3;
  });
  log.push_back("got " + std::to_string(value));
  try {
    co_await blocking([] { throw std::runtime_error("from the pool"); });
  } catch (const std::runtime_error& error) {
    log.emplace_back(error.what());
  }
  co_await blocking(1ms);
  log.emplace_back("held");
}

TEST(Blocking, RunsOnThePoolAndBringsValueOrExceptionBack) {
  ManualScheduler scheduler;
  std::vector<std::string> log;
  Started task(scheduler, do_blocking(log));
  scheduler.settle();
  EXPECT_TRUE(log.empty());
  scheduler.make_blocking_calls();
  EXPECT_EQ(log, std::vector<std::string>{"called"});
  EXPECT_EQ(scheduler.causes.back(), ReadyCause::unblocked);
  for (int i = 0; i < 3; ++i) {
    scheduler.settle();
    scheduler.make_blocking_calls();
  }
  EXPECT_TRUE(task.ended);
  EXPECT_EQ(log, (std::vector<std::string>{"called", "got 3", "from the pool", "held"}));
}

Task<void> do_wait_for_descriptor(int& error, bool write) {
  try {
    if (write) {
      co_await writable(4);
    } else {
      co_await readable(4);
    }
    error = 0;
  } catch (const std::system_error& wrong) {
    error = wrong.code().value();
  }
}

TEST(Descriptor, WaitsUntilItIsReady) {
  for (const bool write : {false, true}) {
    ManualScheduler scheduler;
    int error = -1;
    Started task(scheduler, do_wait_for_descriptor(error, write));
    scheduler.settle();
    EXPECT_FALSE(task.ended);
    scheduler.complete_descriptor_waits();
    scheduler.settle();
    EXPECT_TRUE(task.ended);
    EXPECT_EQ(error, 0);
  }
}

TEST(Descriptor, ThrowsTheErrorOfARefusal) {
  ManualScheduler scheduler;
  scheduler.watch_error = EBUSY;
  int error = -1;
  Started task(scheduler, do_wait_for_descriptor(error, false));
  scheduler.settle();
  EXPECT_TRUE(task.ended);
  EXPECT_EQ(error, EBUSY);
}

Task<void> do_ask(Scheduler*& here) {
  Scheduler& scheduler = co_await this_scheduler();
  here = &scheduler;
}

TEST(ThisScheduler, IsKnownWithoutSuspending) {
  ManualScheduler scheduler;
  Scheduler* here = nullptr;
  Started task(scheduler, do_ask(here));
  EXPECT_TRUE(scheduler.step());
  EXPECT_TRUE(task.ended);
  EXPECT_EQ(here, &scheduler);
}

}  // namespace
}  // namespace loopsteal
