// What the watchdog takes for progress, for an explanation, and for neither; and what it says.
#include "sched/machine/sim/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using namespace std::chrono_literals;
using Verdict = Watchdog::Verdict;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

class WatchdogTest : public testing::Test {
 protected:
  WatchdogTest() {
    costs_.ops[static_cast<std::size_t>(Op::steal_attempt)] = 1us;
    watchdog_.begin_run(at(0ns));
  }

  /// A look at `now` with one ready job, changed by `change`.
  template <class Change>
  Verdict look(Duration now, Change change) {
    Watchdog::Sight sight{.now = at(now), .ready = 1};
    change(sight);
    return watchdog_.look(sight, {.looks = 10}, costs_);
  }
  Verdict look(Duration now) {
    return look(now, [](Watchdog::Sight&) {});
  }

  CostModel costs_;
  Watchdog watchdog_{4};
};

// Ten looks of 1 us and 1 ns each, 16 times: some 160 us.
TEST_F(WatchdogTest, AReadyJobMayWaitForSixteenLongestSearches) {
  EXPECT_EQ(look(100us), Verdict::fine);
  EXPECT_EQ(look(159us), Verdict::fine);
  EXPECT_EQ(look(161us), Verdict::no_progress);
}

TEST_F(WatchdogTest, WhatThePolicyWaitsForIsPartOfASearch) {
  const Watchdog::Sight sight{.now = at(1s), .ready = 1};
  EXPECT_EQ(watchdog_.look(sight, {.looks = 10, .waits = 1s}, costs_), Verdict::fine);
  EXPECT_EQ(watchdog_.look({.now = at(17s), .ready = 1}, {.looks = 10, .waits = 1s}, costs_),
            Verdict::no_progress);
}

TEST_F(WatchdogTest, AJobThatBeginsOrIsUnderWayExplainsAnyTime) {
  for (std::uint64_t i = 1; i <= 10; ++i) {
    const auto begins = [i](Watchdog::Sight& sight) { sight.progress = i; };
    EXPECT_EQ(look(1h * i, begins), Verdict::fine);
  }
  const auto under_way = [](Watchdog::Sight& sight) {
    sight.progress = 10;
    sight.job_under_way = true;
  };
  EXPECT_EQ(look(10'000h, under_way), Verdict::fine);
  EXPECT_EQ(look(20'000h, under_way), Verdict::fine);
}

TEST_F(WatchdogTest, WithoutReadyJobsWhatIsToComeExplainsAnyTime) {
  const auto timer = [](Watchdog::Sight& sight) {
    sight.ready = 0;
    sight.something_to_come = true;
  };
  EXPECT_EQ(look(1h, timer), Verdict::fine);
  EXPECT_EQ(look(10'000h, timer), Verdict::fine);
  const auto nothing = [](Watchdog::Sight& sight) { sight.ready = 0; };
  EXPECT_EQ(look(10'001h, nothing), Verdict::waits_for_ever);
}

TEST_F(WatchdogTest, AJobThatOnlyMovesMakesNoProgress) {
  const auto moved = [](std::uint64_t times) {
    return [times](Watchdog::Sight& sight) { sight.moved = times; };
  };
  EXPECT_EQ(look(10us, moved(100)), Verdict::fine);
  EXPECT_EQ(look(11us, moved(1'000)), Verdict::no_progress);
}

// 4 workers of 10 looks each, 16 times: 640 events, fewer than there are between two looks.
TEST_F(WatchdogTest, AtOneInstantEventsAreCounted) {
  EXPECT_EQ(look(1us), Verdict::fine);
  const auto under_way = [](Watchdog::Sight& sight) { sight.job_under_way = true; };
  EXPECT_EQ(look(1us, under_way), Verdict::no_progress);
}

TEST_F(WatchdogTest, AtOneInstantJobsThatBeginAreProgress) {
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    const auto begins = [i](Watchdog::Sight& sight) { sight.progress = i; };
    ASSERT_EQ(look(1us, begins), Verdict::fine);
  }
}

TEST_F(WatchdogTest, ManyWorkersMayTakeManyMoreEventsAtOneInstant) {
  Watchdog many(10'000);
  many.begin_run(at(0ns));
  const Watchdog::Sight sight{.now = at(1us), .ready = 1};
  const LongestSearch search{.looks = 10'000};
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(many.look(sight, search, costs_), Verdict::fine) << i;
}

TEST_F(WatchdogTest, SaysWhatEachWorkerDoes) {
  const std::vector<WorkerDoing> workers = {
      {.state = VirtualCpu::State::stepping, .until = at(3us), .queued = 2},
      {.state = VirtualCpu::State::parked},
      {.state = VirtualCpu::State::parked, .until = at(5us)}};
  const Watchdog::Sight sight{.now = at(2us), .ready = 2};
  const std::string text = watchdog_.complaint(Verdict::no_progress, sight, workers);
  for (const char* const part : {"makes no progress: from 0ns to 2us", "2 jobs could have",
                                 "\n  worker 0 looks for work, next at 3us; 2 jobs in its queue.",
                                 "\n  worker 1 sleeps until it is woken; 0 jobs in its queue.",
                                 "\n  worker 2 sleeps until 5us; 0 jobs in its queue."})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST_F(WatchdogTest, OfThousandsItCountsAllButTheFirst) {
  std::vector<WorkerDoing> workers(
      10'000, {.state = VirtualCpu::State::stepping, .until = at(3us), .queued = 1});
  for (std::size_t w = 0; w < workers.size(); w += 2) workers[w].state = VirtualCpu::State::parked;
  const std::string text = watchdog_.complaint(Verdict::waits_for_ever, {.now = at(2us)}, workers);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 17);
  EXPECT_NE(text.find("9984 more workers, with 9984 jobs in their queues: 4992 of which each looks "
                      "for work, 4992 of which each sleeps."),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace loopsteal
