// What `loopsteal report` reads: results, rows of peers, checks; and the page made of them.
#include "bench/measure/results_file.hpp"
#include "bench/report/document.hpp"
#include "bench/report/page.hpp"
#include "sched/core/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  const std::string path = write_input("source.json", input);
  ReportContent content{.program = "loopsteal", .command = std::string(input)};
  const auto read = [&] {
    const JsonFile file = read_json_file(path);
    static_cast<void>(looks_like_a_timeline(file));
    content.sources.push_back(read_report_source(file));
  };
  if (!accepted<ResultsError, SpecError>(input, read)) return;
  const std::string text = to_script_text(to_json(content));
  expect(text.find("</") == std::string::npos && text.find("<!--") == std::string::npos,
         "results can end the script element that they stand in");
}

const Target target("report_source", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
