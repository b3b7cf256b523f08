// A timeline of a run in Chrome's JSON, as `loopsteal report` reads it.
#include "bench/report/timeline_file.hpp"

#include "bench/measure/results_file.hpp"
#include "bench/report/source.hpp"
#include "sched/core/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  const std::string path = write_input("timeline.json", input);
  Timeline timeline;
  const auto read = [&] {
    const JsonFile file = read_json_file(path);
    static_cast<void>(looks_like_a_timeline(file));
    timeline = read_timeline(file);
  };
  if (!accepted<ResultsError, SpecError>(input, read)) return;
  const std::size_t slices = timeline.slices();
  static_cast<void>(to_line(to_json(timeline)));
  shorten(timeline, 2);
  static_cast<void>(to_line(to_json(timeline)));
  expect(timeline.slices() <= slices, "a timeline that was shortened has grown");
}

const Target target("timeline_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
