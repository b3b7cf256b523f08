// What a file of costs says of the machine, the moment and the build.
#pragma once

#include <string>

#include "bench/measure/costs_file.hpp"

namespace loopsteal {

/// A file without costs yet; what cannot be found out is "unknown".
[[nodiscard]] CostsFile costs_head(const std::string& command_line);

}  // namespace loopsteal
