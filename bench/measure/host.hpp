// What this machine is, as far as it may change a measurement: read from /proc and /sys.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace loopsteal {

/// Absent or empty is what the machine does not tell: much of it is hidden in virtual machines.
struct HostFacts {
  std::string name;
  std::string kernel;
  std::string cpu_model;
  std::optional<std::uint32_t> mhz;
  std::uint32_t cpus = 1;            ///< Those this process may run on.
  std::optional<double> quota_cpus;  ///< CPU time a second that the cgroup grants.
  std::string governor;              ///< "performance", "powersave", …; of the first CPU.
  std::optional<bool> smt;           ///< Two hardware threads share a core.
  std::optional<bool> turbo;         ///< The clock rises when few cores work.
  std::string clock_source;          ///< "tsc", "hpet", …
  std::optional<std::array<double, 3>> load_average;
  bool virtual_machine = false;
  std::optional<bool> epoll_pwait2;  ///< A worker's sleep in epoll is one system call.
};

/// Reads below `root`, which is another folder only in tests. Never throws: what cannot be read is
/// absent.
HostFacts read_host_facts(const std::filesystem::path& root = "/");

/// How many workers this machine carries without oversubscription: its CPUs, or what the cgroup
/// grants of them, and 1 at least.
std::uint32_t workers_it_carries(const HostFacts& host);

}  // namespace loopsteal
