#include "bench/measure/host.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include <sched.h>
#include <sys/utsname.h>

#include "bench/measure/cgroups.hpp"
#include "sched/machine/threads/reactor.hpp"

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

// The value behind "key : value" in the first such line.
std::string value_in(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return {};
}

// cgroup 2: "max 100000" or "50000 100000".
std::optional<double> quota_of_version_2(const fs::path& folder) {
  std::istringstream line(first_line(folder / "cpu.max"));
  std::string quota;
  double period = 0;
  if (!(line >> quota >> period) || period <= 0) return std::nullopt;
  const auto value = number(quota);
  return value ? std::optional(*value / period) : std::nullopt;
}

// cgroup 1: -1 is without limit.
std::optional<double> quota_of_version_1(const fs::path& folder) {
  const auto quota = number(first_line(folder / "cpu.cfs_quota_us"));
  const auto period = number(first_line(folder / "cpu.cfs_period_us"));
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return *quota / *period;
}

// The tightest quota: each group limits all groups below it.
std::optional<double> read_quota(const fs::path& root) {
  std::optional<double> least;
  for (const ControlGroup& group : control_groups(root, "cpu")) {
    const auto quota =
        group.version == 2 ? quota_of_version_2(group.folder) : quota_of_version_1(group.folder);
    if (quota && (!least || *quota < *least)) least = quota;
  }
  return least;
}

std::uint32_t allowed_cpus() {
  // Room for more CPUs than cpu_set_t has; the kernel refuses a mask that is too small.
  std::vector<cpu_set_t> mask(8);
  const std::size_t bytes = mask.size() * sizeof(cpu_set_t);
  if (sched_getaffinity(0, bytes, mask.data()) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT_S(bytes, mask.data())));
}

std::optional<bool> read_turbo(const fs::path& root) {
  const fs::path cpu = root / "sys/devices/system/cpu";
  const std::string no_turbo = first_line(cpu / "intel_pstate/no_turbo");
  if (!no_turbo.empty()) return no_turbo == "0";
  const std::string boost = first_line(cpu / "cpufreq/boost");
  if (!boost.empty()) return boost == "1";
  return std::nullopt;
}

std::optional<std::array<double, 3>> read_load(const fs::path& root) {
  std::istringstream line(first_line(root / "proc/loadavg"));
  std::array<double, 3> load{};
  if (!(line >> load[0] >> load[1] >> load[2])) return std::nullopt;
  return load;
}

}  // namespace

HostFacts read_host_facts(const fs::path& root) {
  HostFacts facts;
  utsname names{};
  if (uname(&names) == 0) {
    facts.name = names.nodename;
    facts.kernel = std::string(names.sysname) + " " + names.release;
  }
  const fs::path system = root / "sys/devices/system";
  facts.cpu_model = value_in(root / "proc/cpuinfo", "model name");
  if (const auto mhz = number(value_in(root / "proc/cpuinfo", "cpu MHz"))) {
    facts.mhz = static_cast<std::uint32_t>(std::lround(*mhz));
  }
  facts.cpus = allowed_cpus();
  facts.quota_cpus = read_quota(root);
  facts.governor = first_line(system / "cpu/cpu0/cpufreq/scaling_governor");
  const std::string smt = first_line(system / "cpu/smt/active");
  if (!smt.empty()) facts.smt = smt == "1";
  facts.turbo = read_turbo(root);
  facts.clock_source = first_line(system / "clocksource/clocksource0/current_clocksource");
  facts.load_average = read_load(root);
  const std::string flags = value_in(root / "proc/cpuinfo", "flags");
  facts.virtual_machine = flags.find(" hypervisor") != std::string::npos;
  facts.epoll_pwait2 = Reactor::waits_in_one_call();
  return facts;
}

std::uint32_t workers_it_carries(const HostFacts& host) {
  if (!host.quota_cpus) return host.cpus;
  const double granted = std::max(1.0, std::floor(*host.quota_cpus));
  return static_cast<std::uint32_t>(std::min<double>(host.cpus, granted));
}

}  // namespace loopsteal
