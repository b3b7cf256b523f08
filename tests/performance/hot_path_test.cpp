// From made ready to run: no allocation, no lock, no look at the clock.
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/frame_pool.hpp"
#include "sched/core/measurement.hpp"
#include "tests/performance/probes.hpp"
#include "tests/performance/scenarios.hpp"

namespace loopsteal::performance {
namespace {

constexpr int kWarmUp = 20'000;
constexpr int kOperations = 100'000;

TEST(Probes, SeeWhatTheyAreToCount) {
  const Counts before = counts_so_far();
  delete new std::string(100, 'x');  // Twice: the string and its text.
  std::mutex mutex;
  { const std::lock_guard lock(mutex); }
  EXPECT_GT(std::chrono::steady_clock::now().time_since_epoch().count(), 0);
  const Counts seen = counts_so_far() - before;
  EXPECT_EQ(seen.allocations, 2u);
  EXPECT_EQ(seen.locks, 1u);
  EXPECT_EQ(seen.clock_reads, 1u);
}

struct Window {
  Counts counts;
  std::uint64_t slabs = 0;
};

Task<void> observe(Scheduler& scheduler, Scenario scenario, Window& window) {
  co_await scenario(scheduler, kWarmUp);
  const Counts before = counts_so_far();
  window.slabs = frame_pool::slabs_allocated();  // Takes a lock: between two looks at the counts.
  const Counts own = counts_so_far() - before;
  co_await scenario(scheduler, kOperations);
  window.counts = counts_so_far() - before - own;
  window.slabs = frame_pool::slabs_allocated() - window.slabs;
}

Window observe(const std::string& spec, WorkerId workers, Scenario scenario) {
  const auto scheduler = make_scheduler(parse_spec(spec), {.workers = workers});
  Window window;
  scheduler->run(observe(*scheduler, scenario, window));
  return window;
}

class HotPath : public testing::TestWithParam<const char*> {};

std::string name_of(const testing::TestParamInfo<const char*>& info) {
  std::string name;
  for (const char* c = info.param; *c != '\0'; ++c) name += std::isalnum(*c) != 0 ? *c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Schedulers, HotPath,
                         testing::Values("event_loop", "sharded_loops", "shared_queue",
                                         "work_stealing", "work_stealing:local_order=lifo"),
                         name_of);

TEST_P(HotPath, AllocatesNothingOnceWarm) {
  for (const NamedScenario& scenario : kScenarios) {
    SCOPED_TRACE(scenario.name);
    const Window window = observe(GetParam(), 1, scenario.run);
    EXPECT_EQ(window.counts.allocations, 0u);
    EXPECT_EQ(window.slabs, 0u);
  }
}

bool steals_work(const std::string& spec) { return spec.starts_with("work_stealing"); }

/// With work stealing a yield is deferred until the worker has nothing else to run, and idleness is
/// timed: twice a round of all tasks that yield.
bool is_of_yields(const NamedScenario& scenario) {
  return scenario.run == yields_alone || scenario.run == yields;
}

TEST_P(HotPath, DoesNotLookAtTheClock) {
  std::string spec = GetParam();
  if (steals_work(spec)) spec += spec.find(':') != std::string::npos ? "," : ":";
  // The adaptive interval is made from times: see the next test.
  if (steals_work(spec)) spec += "global_queue_interval=61";
  for (const NamedScenario& scenario : kScenarios) {
    if (steals_work(spec) && is_of_yields(scenario)) continue;
    SCOPED_TRACE(scenario.name);
    EXPECT_EQ(observe(spec, 1, scenario.run).counts.clock_reads, 0u);
  }
}

TEST(HotPathOfWorkStealing, TheAdaptiveIntervalLooksAtTheClockTwiceInABatch) {
  constexpr int kBatch = 60;  // event_interval is 61, the first of which is shorter.
  for (const NamedScenario& scenario : kScenarios) {
    if (is_of_yields(scenario)) continue;
    SCOPED_TRACE(scenario.name);
    const std::uint64_t reads = observe("work_stealing", 1, scenario.run).counts.clock_reads;
    EXPECT_GT(reads, 0u);
    EXPECT_LE(reads, 2u * kOperations / kBatch);
  }
}

TEST_P(HotPath, TakesNoLockUnlessThatIsItsNature) {
  for (const NamedScenario& scenario : kScenarios) {
    SCOPED_TRACE(scenario.name);
    const std::uint64_t locks = observe(GetParam(), 1, scenario.run).counts.locks;
    if (GetParam() == std::string("shared_queue")) {
      EXPECT_GT(locks, 0u);  // One queue under one lock: what it is there to show.
    } else {
      EXPECT_EQ(locks, 0u);
    }
  }
}

/// Frames freed on another worker than the one that allocates them find their way back. The warm-up
/// has had more of them alive at a time than the spawns and the magazines of both workers hold
/// together.
Task<void> warm_and_observe(Scheduler& scheduler, Window& window) {
  constexpr int kAlive = 2'000;
  TaskGroup group(scheduler);
  for (int i = 0; i < kAlive; ++i) group.spawn(nothing());
  co_await group.join();
  co_await observe(scheduler, spawns, window);
}

TEST_P(HotPath, FramesThatMoveBetweenWorkersAllocateNothingOnceWarm) {
  std::string spec = GetParam();
  // A growing deque allocates when it grows: not here.
  if (spec == "work_stealing:local_order=lifo") spec += ",queue_capacity=4096";
  const auto scheduler = make_scheduler(parse_spec(spec), {.workers = 2});
  Window window;
  scheduler->run(warm_and_observe(*scheduler, window));
  EXPECT_EQ(window.slabs, 0u);
  // A thread that gives its first magazine away registers, once, to give all back when it ends.
  EXPECT_LE(window.counts.allocations, scheduler->workers());
}

}  // namespace
}  // namespace loopsteal::performance
