#include "bench/advise/temporary_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/measure/output.hpp"

namespace loopsteal {
namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

TemporaryFile::TemporaryFile(std::string_view text, std::string_view suffix) {
  std::string name =
      (std::filesystem::temp_directory_path() / fmt::format("loopsteal-XXXXXX{}", suffix)).string();
  const int file = ::mkstemps(name.data(), static_cast<int>(suffix.size()));
  if (file < 0) {
    throw OutputError(fmt::format("Cannot make a file {}: {}.", name, std::strerror(errno)), false);
  }
  path_ = name;
  const bool whole = write_all(file, text);
  const int error = errno;
  ::close(file);
  if (!whole) {
    ::unlink(path_.c_str());
    throw OutputError(fmt::format("Cannot write {}: {}.", path_, std::strerror(error)), false);
  }
}

TemporaryFile::~TemporaryFile() { ::unlink(path_.c_str()); }

}  // namespace loopsteal
