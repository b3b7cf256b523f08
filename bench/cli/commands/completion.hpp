// `loopsteal completion`: scripts that complete this program's words in a shell, made from the
// grammar of the command line.
#pragma once

#include <string>
#include <string_view>

#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// For "bash", "zsh" or "fish". Throws UsageError for another shell.
std::string completion_script(std::string_view shell, const WorkloadCatalog& workloads);

}  // namespace loopsteal
