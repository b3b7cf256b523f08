#include "bench/measure/cgroups.hpp"

#include <fstream>
#include <string>

namespace loopsteal {
namespace {

namespace fs = std::filesystem;

bool names_controller(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    const std::size_t comma = controllers.find(',');
    if (controllers.substr(0, comma) == wanted) return true;
    if (comma == std::string_view::npos) return false;
    controllers.remove_prefix(comma + 1);
  }
  return false;
}

void add_with_parents(std::vector<ControlGroup>& groups, const fs::path& mount,
                      const std::string& group, int version) {
  for (fs::path path(group);; path = path.parent_path()) {
    groups.push_back({mount / path.relative_path(), version});
    if (!path.has_relative_path()) return;
  }
}

}  // namespace

std::vector<ControlGroup> control_groups(const fs::path& root, std::string_view controller) {
  std::vector<ControlGroup> groups;
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t one = line.find(':');
    const std::size_t two = one == std::string::npos ? one : line.find(':', one + 1);
    if (two == std::string::npos) continue;
    const std::string controllers = line.substr(one + 1, two - one - 1);
    const std::string group = line.substr(two + 1);
    if (controllers.empty()) {
      add_with_parents(groups, root / "sys/fs/cgroup", group, 2);
    } else if (names_controller(controllers, controller)) {
      add_with_parents(groups, root / "sys/fs/cgroup" / controller, group, 1);
    }
  }
  return groups;
}

}  // namespace loopsteal
