// `loopsteal compare`: schedulers against a baseline, measured now or read from results.
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/cli/exit_status.hpp"
#include "bench/cli/measure_command.hpp"
#include "bench/cli/options.hpp"
#include "bench/measure/findings.hpp"
#include "bench/measure/report_text.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/standard_streams.hpp"

namespace loopsteal {
namespace {

struct CompareCommand final : MeasureCommand {
  explicit CompareCommand(CLI::App& app) : MeasureCommand(app, Purpose::compare) {
    add_argument(app, "results", files, "FILE",
                 "Results files to compare as they are, instead of measuring.");
  }
  [[nodiscard]] int run(const Invocation& invocation) const override {
    return print_config || files.empty() ? MeasureCommand::run(invocation) : compare_files();
  }
  [[nodiscard]] int compare_files() const;
  [[nodiscard]] std::string explanation(const Report& report, bool small) const override;

  std::vector<std::string> files;  ///< Results to read instead of measuring.
};

template <class Strings>
std::string paragraphs(const Strings& sentences, std::string_view bullet) {
  std::string text;
  for (const std::string& sentence : sentences) text += fmt::format("{}{}\n", bullet, sentence);
  return text;
}

// The findings of a comparison, and what a newcomer needs in order to read its table.
std::string CompareCommand::explanation(const Report& report, bool small) const {
  std::string text;
  const std::vector<std::string> said = findings(report);
  if (!said.empty()) text += "\nWhat it means\n" + paragraphs(said, "  ");
  if (report.compares()) {
    text += fmt::format(
        "\nbaseline: {}; ratios are against it. [low, high]: the 95 % interval of a ratio; of 100 "
        "such intervals 95 contain the true ratio. tie: the interval contains 1, so no difference "
        "was shown. exact: all repetitions are one and the same run, so there is no interval. "
        "balanced: work that comes evenly to all workers; imbalanced: work that does not. local: "
        "jobs that ran on the worker where they were made ready. stolen: jobs that an idle worker "
        "took from another one.\n",
        report.baseline);
  }
  std::vector<std::string> limits = caveats(report);
  if (small) {
    limits.emplace_back(
        "These are the small sizes, for a first look: --size full gives numbers to "
        "quote.");
  }
  return text + paragraphs(limits, "Note: ");
}

int CompareCommand::compare_files() const {
  if (settings.format != Format::table && settings.format != Format::md) {
    throw UsageError("Results that are there already can be shown as --format table or md only.");
  }
  std::vector<Row> rows;
  bool whole = true;
  for (const std::string& path : files) {
    Results results = read_results(path);
    if (!results.flaw.empty()) {
      whole = false;
      tell("{} {} whole rows were read.", results.flaw, results.rows.size());
    }
    std::ranges::move(results.rows, std::back_inserter(rows));
  }
  const Report report = make_report(rows, {}, {}, settings.seed);
  const std::unique_ptr<Output> output = open_output(settings.output);
  output->write(render(report, style_of(settings), colours_output(settings)) +
                explanation(report, false) + preset_notes(rows));
  output->commit();
  const int status = status_of_rows(rows);
  return status != kExitOk || whole ? status : kExitPartial;
}

}  // namespace

extern const Command compare_command = {
    .name = "compare",
    .summary = "Compare schedulers, in interleaved repetitions, with verdicts.",
    .examples =
        "Examples:\n"
        "  loopsteal compare --size small\n"
        "  loopsteal compare --scheduler work_stealing \\\n"
        "      --scheduler work_stealing:lifo_slot=off --workload ping_pong\n"
        "  loopsteal compare --raw results.json --format md > table.md\n"
        "  loopsteal compare results.json    the table of results measured before\n",
    .declare = &declare<CompareCommand>};

}  // namespace loopsteal
