// Reads back what sched/observe/trace.cpp wrote: Chrome's JSON, event by event, since such a file
// may be larger than memory.
#pragma once

#include "bench/measure/results_file.hpp"
#include "bench/report/timeline.hpp"

namespace loopsteal {

/// Throws ResultsError if the file is cut off, or is a timeline of something else.
Timeline read_timeline(const JsonFile& file);

}  // namespace loopsteal
