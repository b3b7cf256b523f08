// A Report as a table for people, in plain text or Markdown.
#pragma once

#include <string>

#include "bench/measure/report.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {

/// One block for each workload: a heading, a line per scheduler, and below it what failed. Ends in
/// a newline; "" for an empty report.
std::string render(const Report& report, TableStyle style, bool colour);

}  // namespace loopsteal
