// `loopsteal report`: results and timelines as one HTML file to look at.
#include <chrono>
#include <cstddef>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "bench/cli/command.hpp"
#include "bench/cli/exit_status.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/numbers.hpp"
#include "bench/measure/output.hpp"
#include "bench/measure/standard_streams.hpp"
#include "bench/report/document.hpp"
#include "bench/report/page.hpp"
#include "bench/report/timeline_file.hpp"
#include "build_info.hpp"

namespace loopsteal {
namespace {

struct ReportCommand final : ParsedCommand {
  explicit ReportCommand(CLI::App& app) {
    add_argument(app, "files", files, "FILE",
                 "What run, compare or sweep wrote, and timelines of run --trace.");
    add_value(app, "-o,--output", output, "FILE.html",
              "Where the report goes; - for standard output.");
    add_value(app, "--slices", slices, "1 or more",
              "Of each timeline, that many jobs and sleeps at most: its beginning.");
  }
  /// Returns kExitPartial if a file was cut off and the report has the rows before the cut.
  [[nodiscard]] int run(const Invocation& invocation) const override;

  std::vector<std::string> files;  ///< Results and timelines, in any order.
  std::string output = "report.html";
  std::size_t slices = 250'000;  ///< Of each timeline, at most.
};

Timeline shortened(const JsonFile& file, std::size_t most) {
  Timeline timeline = read_timeline(file);
  shorten(timeline, most);
  if (timeline.left_out > 0) {
    tell(
        "{} has {} slices more than the report holds: it shows the first {} ns. --slices takes "
        "more of them.",
        file.path, timeline.left_out, timeline.end_ns);
  }
  return timeline;
}

// True if all of the file was there.
bool add_file(ReportContent& content, const std::string& path, std::size_t slices) {
  const JsonFile file = read_json_file(path);
  if (looks_like_a_timeline(file)) {
    content.timelines.push_back(shortened(file, slices));
    return true;
  }
  content.sources.push_back(read_report_source(file));
  const ReportSource& source = content.sources.back();
  if (source.flaw.empty()) return true;
  tell("{} The report has the {} whole rows before that.", source.flaw, source.raw.size());
  return false;
}

int ReportCommand::run(const Invocation& invocation) const {
  if (files.empty()) {
    throw UsageError(
        "report: which results? loopsteal report FILE... -o report.html; a FILE is "
        "what run, compare or sweep wrote, or a timeline of run --trace.");
  }
  if (slices == 0) throw UsageError("--slices: 1 at least.");
  // Before anything is read: without the page all reading would be in vain.
  const std::string page = read_page(page_path());
  ReportContent content{
      .program =
          fmt::format("loopsteal {} ({})", build_info::kVersion, build_info::kCommit.substr(0, 12)),
      .command = invocation.command_line,
      .written = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))};
  bool whole = true;
  for (const std::string& path : files) whole = add_file(content, path, slices) && whole;
  const std::string text = with_data(page, to_json(content));
  const std::unique_ptr<Output> file = open_output(output);
  file->write(text);
  file->commit();
  if (output != "-") {
    tell("{}: {}, to be opened in a browser", output, human_bytes(text.size()));
  }
  return whole ? kExitOk : kExitPartial;
}

}  // namespace

extern const Command report_command = {
    .name = "report",
    .summary = "Put results and timelines into one HTML file to look at.",
    .examples =
        "Examples:\n"
        "  loopsteal report results/raw/full.json -o report.html\n"
        "  loopsteal run --scheduler work_stealing --workload hot_shard --trace t.json && \\\n"
        "      loopsteal report results/raw/*.json t.json -o report.html\n"
        "\n"
        "The file needs no network and no server. Exit status 3: a file cannot be read, or\n"
        "the page was not built; 4: a file was cut off, and the report has the rest of it.\n",
    .declare = &declare<ReportCommand>};

}  // namespace loopsteal
