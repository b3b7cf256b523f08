// Thousands of runs on real threads in one process: what one run leaves would add up.
#include <array>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/catalog.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

// Tasks, requests from a client's thread, and timers that fire and that are cancelled.
constexpr std::array<std::string_view, 3> kWorkloads = {"fan_out:tasks=60,work=0ns",
                                                        "requests:count=60,mean=1us,load=5",
                                                        "timers:timers=40,spread=1us"};

double resident_megabytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// Without run_once(), whose frame_pool::forget() takes back frames that a run has lost.
void run(const std::string& scheduler_name, std::string_view workload_spec, std::uint64_t seed) {
  const Spec spec = parse_spec(workload_spec);
  const std::unique_ptr<Scheduler> scheduler =
      make_scheduler({scheduler_name, {}}, {.machine = "threads", .workers = 2, .seed = seed});
  const std::unique_ptr<Workload> workload =
      make_workload(spec, {.seed = seed, .workers = scheduler->workers()});
  scheduler->run(workload->root(*scheduler));
  ASSERT_TRUE(workload->result().answer_ok) << workload_spec << ", seed " << seed;
}

class ResidentMemory : public ::testing::TestWithParam<std::string> {};

// Frames once leaked 11.8 KB a run: 106 MB between the two looks.
TEST_P(ResidentMemory, IsFlatOverTenThousandRuns) {
  constexpr std::uint64_t kRuns = 10'000;
  double before = 0;
  for (std::uint64_t i = 0; i < kRuns; ++i) {
    run(GetParam(), kWorkloads[i % kWorkloads.size()], i);
    if (i == kRuns / 10) before = resident_megabytes();
  }
  ASSERT_GT(before, 0);
  EXPECT_LT(resident_megabytes(), before + 8);
}

std::vector<std::string> all_schedulers() {
  std::vector<std::string> names;
  for (const SchedulerInfo& info : schedulers()) names.emplace_back(info.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Schedulers, ResidentMemory, ::testing::ValuesIn(all_schedulers()),
                         [](const auto& scheduler) { return scheduler.param; });

}  // namespace
}  // namespace loopsteal
