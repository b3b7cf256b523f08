// Groups of processes (cgroups) that this process is in, whose limits bind it.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace loopsteal {

/// A group with a controller that may limit this process.
struct ControlGroup {
  std::filesystem::path folder;  ///< Of its files, such as cpu.max.
  int version = 2;               ///< 1 or 2: files have other names.
};

/// The groups of this process and all groups above them, for `controller` ("cpu", "memory"). Under
/// `root` a file system is mounted as usual; "/" but for tests. Empty where there are none.
std::vector<ControlGroup> control_groups(const std::filesystem::path& root,
                                         std::string_view controller);

}  // namespace loopsteal
