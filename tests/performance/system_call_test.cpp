// From made ready to run: no system call. The kernel is the witness: a filter on the worker's
// thread ends the process at the first one.
#include <cctype>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "tests/performance/scenarios.hpp"
#include "tests/performance/system_call_guard.hpp"

namespace loopsteal::performance {
namespace {

constexpr int kWarmUp = 10'000;
constexpr int kOperations = 10'000;

TEST(SystemCallGuard, LetsWhatMakesNoneEnd) {
  EXPECT_EQ(run_guarded([] {
              if (forbid_system_calls()) leave_guarded();
            }),
            "");
}

TEST(SystemCallGuard, CatchesWhatMakesOne) {
  EXPECT_EQ(run_guarded([] {
              if (!forbid_system_calls()) return;
              [[maybe_unused]] const pid_t parent = getppid();
              leave_guarded();
            }),
            "made a system call; stderr has its number");
}

TEST(SystemCallGuard, CatchesAWakeUpThroughADescriptor) {
  EXPECT_EQ(run_guarded([] {
              if (!forbid_system_calls()) return;
              [[maybe_unused]] const ssize_t n = write(STDERR_FILENO + 1, "x", 1);
              leave_guarded();
            }),
            "made a system call; stderr has its number");
}

Task<void> guarded(Scheduler& scheduler, Scenario scenario) {
  co_await scenario(scheduler, kWarmUp);
  if (!forbid_system_calls()) co_return;
  co_await scenario(scheduler, kOperations);
  leave_guarded();
}

class SystemCalls : public testing::TestWithParam<const char*> {};

std::string name_of(const testing::TestParamInfo<const char*>& info) {
  std::string name;
  for (const char* c = info.param; *c != '\0'; ++c) name += std::isalnum(*c) != 0 ? *c : '_';
  return name;
}

// The shared queue's lock is free when there is one worker, so it makes none either.
INSTANTIATE_TEST_SUITE_P(Schedulers, SystemCalls,
                         testing::Values("event_loop", "sharded_loops", "shared_queue",
                                         "work_stealing", "work_stealing:local_order=lifo"),
                         name_of);

TEST_P(SystemCalls, NoneBetweenReadyAndRun) {
  for (const NamedScenario& scenario : kScenarios) {
    SCOPED_TRACE(scenario.name);
    EXPECT_EQ(run_guarded([&] {
                const auto scheduler = make_scheduler(parse_spec(GetParam()), {.workers = 1});
                scheduler->run(guarded(*scheduler, scenario.run));
              }),
              "");
  }
}

}  // namespace
}  // namespace loopsteal::performance
