#include "bench/cli/report_command.hpp"

#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/report/document.hpp"
#include "bench/report/page.hpp"
#include "bench/report/timeline_file.hpp"
#include "build_info.hpp"

namespace loopsteal {
namespace {

Timeline timeline_of(const std::string& path, std::size_t most) {
  Timeline timeline = read_timeline(path);
  shorten(timeline, most);
  if (timeline.left_out > 0) {
    tell(
        "{} has {} slices more than the report holds: it shows the first {} ns. --slices takes "
        "more of them.",
        path, timeline.left_out, timeline.end_ns);
  }
  return timeline;
}

// True if all of the file was there.
bool add_file(ReportContent& content, const std::string& path, std::size_t slices) {
  if (looks_like_a_timeline(path)) {
    content.timelines.push_back(timeline_of(path, slices));
    return true;
  }
  content.sources.push_back(read_report_source(path));
  const ReportSource& source = content.sources.back();
  if (source.flaw.empty()) return true;
  tell("{} The report has the {} whole rows before that.", source.flaw, source.raw.size());
  return false;
}

}  // namespace

int report_command(const ReportCommand& command, const std::string& command_line) {
  if (command.files.empty()) {
    throw UsageError(
        "report: which results? loopsteal report FILE... -o report.html; a FILE is "
        "what run, compare or sweep wrote, or a timeline of run --trace.");
  }
  if (command.slices == 0) throw UsageError("--slices: 1 at least.");
  // Before anything is read: without the page all reading would be in vain.
  const std::string page = read_page(page_path());
  ReportContent content{
      .program =
          fmt::format("loopsteal {} ({})", build_info::kVersion, build_info::kCommit.substr(0, 12)),
      .command = command_line,
      .written = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))};
  bool whole = true;
  for (const std::string& path : command.files) {
    whole = add_file(content, path, command.slices) && whole;
  }
  const std::string text = with_data(page, to_json(content));
  const std::unique_ptr<Output> output = open_output(command.output);
  output->write(text);
  output->commit();
  if (command.output != "-") {
    tell("{}: {:.1f} MB, to be opened in a browser", command.output,
         static_cast<double>(text.size()) / 1e6);
  }
  return whole ? kExitOk : kExitPartial;
}

}  // namespace loopsteal
