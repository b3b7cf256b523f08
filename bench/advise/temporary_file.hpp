// A file that lives as long as the object, for a varied trace.
#pragma once

#include <string>
#include <string_view>

namespace loopsteal {

class TemporaryFile {
 public:
  /// Contains `text`; its name ends in `suffix`. Throws OutputError if it cannot be written.
  TemporaryFile(std::string_view text, std::string_view suffix);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace loopsteal
