// `loopsteal report`: results and timelines as one HTML file to look at.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace loopsteal {

struct ReportCommand {
  std::vector<std::string> files;  ///< Results and timelines, in any order.
  std::string output = "report.html";
  std::size_t slices = 250'000;  ///< Of each timeline, at most.
};

/// Writes it and returns the exit status: kExitPartial if a file was cut off and the rows before
/// the cut are shown. Throws UsageError, ResultsError, PageError and OutputError.
int report_command(const ReportCommand& command, const std::string& command_line);

}  // namespace loopsteal
