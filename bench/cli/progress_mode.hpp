// The word that says how progress is shown, for commands that have few settings of their own.
#pragma once

#include <string_view>

#include "bench/cli/settings.hpp"

namespace loopsteal {

/// Of "auto", "none", "line" or "json". Throws UsageError for another word.
ProgressMode progress_mode(std::string_view word);

}  // namespace loopsteal
