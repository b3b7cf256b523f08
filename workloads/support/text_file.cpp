#include "workloads/support/text_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <system_error>

namespace loopsteal {

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
    TextFile result{.text = {std::istreambuf_iterator<char>(file), {}}, .error = {}};
    return file.bad() ? failed(std::errc::io_error) : result;
  } catch (const std::ios_base::failure&) {
    return failed(std::errc::io_error);
  }
}

}  // namespace loopsteal
