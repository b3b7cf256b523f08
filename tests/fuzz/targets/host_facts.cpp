// Files of /proc and /sys, as a kernel that we do not know may write them.
#include <array>
#include <filesystem>

#include "bench/measure/host.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

constexpr std::array<std::string_view, 9> kFiles = {
    "proc/cpuinfo",
    "proc/loadavg",
    "proc/self/cgroup",
    "sys/fs/cgroup/cpu.max",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
    "sys/devices/system/cpu/smt/active",
    "sys/devices/system/cpu/intel_pstate/no_turbo",
    "sys/devices/system/clocksource/clocksource0/current_clocksource"};

// The input is cut at each byte 0: one part a file.
void fuzz_one(std::string_view input) {
  std::string_view rest = input;
  for (const std::string_view name : kFiles) {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    std::filesystem::create_directories(
        std::filesystem::path(folder() + "/" + std::string(name)).parent_path());
    write_input(name, part);
  }
  const HostFacts host = read_host_facts(folder());
  expect(workers_it_carries(host) >= 1, "a machine carries no worker");
}

const Target target("host_facts", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
