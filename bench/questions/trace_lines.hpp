// The trace of a scripted program, line by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loopsteal::questions {

/// A line other than the last one, which says how the program ended.
struct TraceLine {
  std::int64_t iteration = 0;  ///< 0: the scheduler has none.
  std::int64_t ticks = 0;
  std::string task;
  std::string text;
};

/// Throws Json::exception if it is not a trace.
[[nodiscard]] std::vector<TraceLine> trace_lines(std::string_view trace);

}  // namespace loopsteal::questions
