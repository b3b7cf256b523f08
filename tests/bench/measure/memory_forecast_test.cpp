// What memory there is, from folders that look like /proc and /sys, and what points would take.
#include "bench/measure/memory_forecast.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "bench/measure/measure.hpp"
#include "bench/measure/request_blocks.hpp"

namespace loopsteal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Available : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root_); }
  void TearDown() override { fs::remove_all(root_); }

  void file(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << "\n";
  }
  std::uint64_t bytes() const { return available_memory(root_)->bytes; }

  const fs::path root_ = fs::path(::testing::TempDir()) /
                         ("loopsteal_memory_" + std::to_string(::getpid()) + "_" +
                          ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Available, AMachineThatTellsNothingBindsNothing) {
  EXPECT_FALSE(available_memory(root_).has_value());
}

TEST_F(Available, IsThatOfTheMachine) {
  file("proc/meminfo", "MemTotal: 8000 kB\nMemFree: 10 kB\nMemAvailable: 5000 kB");
  EXPECT_EQ(bytes(), 5'000u * 1'024);
}

TEST_F(Available, IsWhatTheTightestGroupLeaves) {
  file("proc/meminfo", "MemAvailable: 5000 kB");
  file("proc/self/cgroup", "0::/a/b");
  file("sys/fs/cgroup/a/b/memory.max", "max");
  file("sys/fs/cgroup/a/b/memory.current", "1000");
  EXPECT_EQ(bytes(), 5'000u * 1'024);
  file("sys/fs/cgroup/a/memory.max", "4000000");
  file("sys/fs/cgroup/a/memory.current", "3000000");
  EXPECT_EQ(bytes(), 1'000'000u);
  file("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 500000");
  EXPECT_EQ(bytes(), 1'500'000u);
  EXPECT_THAT(available_memory(root_)->bound_by, HasSubstr("cgroup"));
}

TEST_F(Available, KnowsTheFirstVersionOfGroups) {
  file("proc/self/cgroup", "9:memory:/x");
  file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "700");
  file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "900");
  EXPECT_EQ(bytes(), 0u);
}

const WorkloadCatalog& catalog() {
  static const WorkloadCatalog kCatalog = built_in_workloads();
  return kCatalog;
}

Point point_of(const std::string& scheduler, const std::string& workload) {
  return checked({.scheduler = parse_spec(scheduler),
                  .workload = parse_spec(workload),
                  .machine = "sim",
                  .workers = 2},
                 catalog());
}

std::uint64_t forecast(const std::string& workload) {
  return forecast_memory(point_of("shared_queue", workload), catalog(), 1).bytes();
}

// The numbers are growths of VmHWM that were measured once; the forecast is within a factor of two.
TEST(MemoryForecast, IsNearWhatWasMeasured) {
  for (const auto& [workload, megabytes] :
       {std::pair{"fan_out:tasks=1000000", 192.0}, std::pair{"hot_shard:jobs=1000000", 212.0},
        std::pair{"timers:timers=1000000", 278.0}, std::pair{"bursts:bursts=1,jobs=1000000", 212.0},
        std::pair{"requests:count=1000000", 30.0}}) {
    SCOPED_TRACE(workload);
    const double expected = megabytes * 1e6;
    EXPECT_GT(static_cast<double>(forecast(workload)), expected / 2);
    EXPECT_LT(static_cast<double>(forecast(workload)), expected * 2);
  }
}

TEST(MemoryForecast, DoesNotGrowWithRequestsThatAreNotKept) {
  EXPECT_EQ(forecast("requests:count=2000000"), forecast("requests:count=90000000"));
  EXPECT_LT(forecast("requests:count=90000000"), 3'000'000u);
}

TEST(MemoryForecast, RefusesWhatDoesNotFitWithTheForecastAndTheRemedy) {
  const std::vector<Point> points = {point_of("shared_queue", "fan_out:tasks=1000000")};
  EXPECT_NO_THROW(check_memory(points, 1, catalog(), std::nullopt));
  EXPECT_NO_THROW(check_memory(points, 1, catalog(), AvailableMemory{400'000'000, "a test"}));
  try {
    check_memory(points, 1, catalog(), AvailableMemory{90'000'000, "a test"});
    FAIL() << "it was not refused";
  } catch (const MemoryShortage& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("fan_out:tasks=1000000 on shared_queue would take about 192 MB"),
                      HasSubstr("188 MB for tasks that exist at once"),
                      HasSubstr("a test leaves 90 MB"), HasSubstr("Take fewer tasks")));
  }
}

TEST(MemoryForecast, CountsRowsAndRunsAtOnce) {
  Point point = point_of("shared_queue", "requests:load=0.5");
  const std::uint64_t alone = forecast_memory(point, catalog(), 1).bytes();
  EXPECT_GT(forecast_memory(point, catalog(), 10'001).bytes(), alone + 500'000'000);
  point.precision = 0.01;
  point.threads = 4;
  EXPECT_EQ(forecast_memory(point, catalog(), 1).runs_at_once, 4u);
}

}  // namespace
}  // namespace loopsteal
