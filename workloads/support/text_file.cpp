#include "workloads/support/text_file.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <system_error>

namespace loopsteal {
namespace {

// A file that is not a plain file may have no end, as /dev/full and /dev/zero have none.
constexpr std::size_t kBytesMaxOfDevice = std::size_t{256} << 20;

}  // namespace

TextFile read_text_file(const std::string& path) {
  const auto failed = [](std::errc error) {
    return TextFile{.text = {}, .error = std::make_error_code(error).message()};
  };
  // A folder can be opened, and throws when it is read.
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return failed(std::errc::is_a_directory);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return failed(errno != 0 ? std::errc(errno) : std::errc::io_error);
  try {
    const bool ends = std::filesystem::is_regular_file(path, ignored);
    TextFile result;
    std::array<char, 64 * 1024> block;
    while (file.read(block.data(), block.size()), file.gcount() > 0) {
      result.text.append(block.data(), static_cast<std::size_t>(file.gcount()));
      if (!ends && result.text.size() > kBytesMaxOfDevice)
        return {.text = {}, .error = "It is no plain file, and does not end within 256 MiB"};
    }
    return file.bad() ? failed(std::errc::io_error) : result;
  } catch (const std::ios_base::failure&) {
    return failed(std::errc::io_error);
  }
}

}  // namespace loopsteal
