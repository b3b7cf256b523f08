// Small files of every kind that commands read, and of none, for generated command lines.
#pragma once

#include <span>
#include <string_view>

namespace loopsteal::fuzz {

struct SmallFile {
  std::string_view name;
  std::string_view text;
};

[[nodiscard]] std::span<const SmallFile> small_files();

}  // namespace loopsteal::fuzz
