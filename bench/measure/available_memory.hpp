// How much more memory this process may have.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace loopsteal {

/// The tightest bound, and what it comes from: "free memory of this machine", "the limit of address
/// space (ulimit -v)" or "the memory limit of the cgroup".
struct AvailableMemory {
  std::uint64_t bytes = 0;
  std::string bound_by;
};

/// The least of MemAvailable, what the limits of the process's cgroups leave, and what RLIMIT_AS
/// leaves; nothing where none of them can be read. `root` as in control_groups().
std::optional<AvailableMemory> available_memory(const std::filesystem::path& root = "/");

}  // namespace loopsteal
