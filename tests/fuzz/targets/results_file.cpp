// A results file, as `compare FILE` reads and shows it.
#include "bench/measure/results_file.hpp"

#include "bench/measure/findings.hpp"
#include "bench/measure/report.hpp"
#include "bench/measure/report_text.hpp"
#include "bench/measure/row_json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  const std::string path = write_input("results.json", input);
  accepted<ResultsError, SpecError>(
      input, [&] { static_cast<void>(raw_results_of(read_json_file(path))); });
  Results results;
  if (!accepted<ResultsError, SpecError>(input, [&] { results = read_results(path); })) return;
  for (const Row& row : results.rows) {
    const std::string written = to_line(to_json(row));
    const std::string again = to_line(to_json(row_from_json(Json::parse(written))));
    expect(to_line(to_json(row_from_json(Json::parse(again)))) == again,
           "a row that is written and read changes each time");
  }
  const Report report = make_report(results.rows, {}, {}, 1);
  static_cast<void>(render(report, TableStyle::text, true));
  static_cast<void>(render(report, TableStyle::markdown, false));
  static_cast<void>(findings(report));
}

const Target target("results_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
