// Text files that a user names: read as a whole, or a reason for the failure.
#pragma once

#include <string>

namespace loopsteal {

struct TextFile {
  std::string text;
  std::string error;  ///< Reason for a failure, without a full stop: "Is a directory". Or empty.
};

/// Reads a whole file, as bytes. A device or pipe of more than 256 MiB is an error: it may have no
/// end. Throws only std::bad_alloc.
[[nodiscard]] TextFile read_text_file(const std::string& path);

}  // namespace loopsteal
