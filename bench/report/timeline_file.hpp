// Reads timelines of sched/observe/trace.cpp: Chrome's JSON, event by event, since such a file may
// be larger than memory.
#pragma once

#include <string>

#include "bench/report/timeline.hpp"

namespace loopsteal {

/// Throws ResultsError if the file cannot be read, is cut off, or is another kind of timeline.
Timeline read_timeline(const std::string& path);

}  // namespace loopsteal
