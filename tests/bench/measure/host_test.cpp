// What is read of a machine, from folders that look like its /proc and /sys.
#include "bench/measure/host.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

class Host : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root_); }
  void TearDown() override { fs::remove_all(root_); }

  void file(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << "\n";
  }
  HostFacts facts() const { return read_host_facts(root_); }

  const fs::path root_ = fs::path(::testing::TempDir()) /
                         ("loopsteal_host_" + std::to_string(::getpid()) + "_" +
                          ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Host, AMachineThatTellsNothingHasNoFacts) {
  const HostFacts host = facts();
  EXPECT_FALSE(host.name.empty());
  EXPECT_GE(host.cpus, 1u);
  EXPECT_EQ(host.cpu_model, "");
  EXPECT_EQ(host.governor, "");
  EXPECT_FALSE(host.quota_cpus || host.smt || host.turbo || host.load_average || host.mhz);
  EXPECT_FALSE(host.virtual_machine);
}

TEST_F(Host, ReadsWhatThereIs) {
  file("proc/cpuinfo", "model name\t: Some CPU 9\ncpu MHz\t\t: 2445.5\nflags\t: fpu hypervisor lm");
  file("proc/loadavg", "0.50 0.25 0.10 1/99 1234");
  file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
  file("sys/devices/system/cpu/smt/active", "1");
  file("sys/devices/system/cpu/intel_pstate/no_turbo", "0");
  file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc");
  const HostFacts host = facts();
  EXPECT_EQ(host.cpu_model, "Some CPU 9");
  EXPECT_EQ(host.mhz, 2446u);
  EXPECT_EQ(host.governor, "powersave");
  EXPECT_EQ(host.smt, true);
  EXPECT_EQ(host.turbo, true);
  EXPECT_EQ(host.clock_source, "tsc");
  EXPECT_EQ((*host.load_average)[1], 0.25);
  EXPECT_TRUE(host.virtual_machine);
}

TEST_F(Host, TheTightestQuotaOfCgroup2Counts) {
  file("proc/self/cgroup", "0::/a/b");
  file("sys/fs/cgroup/a/b/cpu.max", "max 100000");
  file("sys/fs/cgroup/a/cpu.max", "150000 100000");
  EXPECT_EQ(facts().quota_cpus, 1.5);
  file("sys/fs/cgroup/a/b/cpu.max", "50000 100000");
  EXPECT_EQ(facts().quota_cpus, 0.5);
}

TEST_F(Host, ReadsTheQuotaOfCgroup1) {
  file("proc/self/cgroup", "3:cpuset:/\n2:cpu,cpuacct:/x\n0::/");
  file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1");
  file("sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000");
  EXPECT_FALSE(facts().quota_cpus);
  file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "200000");
  EXPECT_EQ(facts().quota_cpus, 2.0);
}

TEST(WorkersItCarries, IsTheCpusOrWhatIsGrantedOfThem) {
  HostFacts host;
  host.cpus = 8;
  EXPECT_EQ(workers_it_carries(host), 8u);
  host.quota_cpus = 2.5;
  EXPECT_EQ(workers_it_carries(host), 2u);
  host.quota_cpus = 0.5;
  EXPECT_EQ(workers_it_carries(host), 1u);
  host.quota_cpus = 16;
  EXPECT_EQ(workers_it_carries(host), 8u);
}

}  // namespace
}  // namespace loopsteal
