#include "bench/measure/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

#include "bench/measure/cgroups.hpp"

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

// The first number of a file; nothing for "max", and where there is no such file.
std::optional<std::uint64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (!(file >> value)) return std::nullopt;
  return value;
}

// The number behind `key` in a file of "key number" lines.
std::optional<std::uint64_t> number_behind(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  std::string name;
  std::uint64_t value = 0;
  for (std::string rest; file >> name >> value; std::getline(file, rest)) {
    if (name == key) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> free_of_machine(const fs::path& root) {
  const auto kilobytes = number_behind(root / "proc/meminfo", "MemAvailable:");
  return kilobytes ? std::optional(*kilobytes * 1024) : std::nullopt;
}

// What a group may still take. Its page cache counts as used and would be given back, so inactive
// pages of files count as free.
std::optional<std::uint64_t> free_of_group(const ControlGroup& group) {
  const bool second = group.version == 2;
  const auto limit = number_in(group.folder / (second ? "memory.max" : "memory.limit_in_bytes"));
  const auto used = number_in(group.folder / (second ? "memory.current" : "memory.usage_in_bytes"));
  if (!limit || !used) return std::nullopt;
  const auto cache =
      number_behind(group.folder / "memory.stat", second ? "inactive_file" : "total_inactive_file");
  const std::uint64_t kept = *used - std::min(*used, cache.value_or(0));
  return *limit - std::min(*limit, kept);
}

std::optional<std::uint64_t> free_address_space(const fs::path& root) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const auto pages = number_in(root / "proc/self/statm");
  if (!pages) return std::nullopt;
  const std::uint64_t used = *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, used);
}

}  // namespace

std::optional<AvailableMemory> available_memory(const fs::path& root) {
  std::optional<AvailableMemory> least;
  const auto take = [&least](const std::optional<std::uint64_t>& bytes, const char* bound_by) {
    if (bytes && (!least || *bytes < least->bytes)) least = AvailableMemory{*bytes, bound_by};
  };
  take(free_of_machine(root), "the free memory of this machine");
  for (const ControlGroup& group : control_groups(root, "memory"))
    take(free_of_group(group), "the memory limit of the cgroup");
  take(free_address_space(root), "the limit of address space (ulimit -v)");
  return least;
}

}  // namespace loopsteal
