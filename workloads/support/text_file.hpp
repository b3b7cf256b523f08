// Files of text that a user names: read whole, with a reason where they cannot be.
#pragma once

#include <string>

namespace loopsteal {

struct TextFile {
  std::string text;
  std::string error;  ///< Why it cannot be read, without a full stop: "Is a directory". Else empty.
};

/// Reads all of a file, as bytes. A device or pipe of more than 256 MiB is an error: it may have no
/// end. Does not throw but std::bad_alloc.
[[nodiscard]] TextFile read_text_file(const std::string& path);

}  // namespace loopsteal
