// Recorded requests as CSV, of every format, and a replay of a few.
#include "workloads/support/trace_file.hpp"

#include <algorithm>
#include <sstream>

#include "bench/advise/trace_variation.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace loopsteal::fuzz {
namespace {

std::vector<TraceRequest> read(std::string_view text, const TraceOptions& options) {
  std::istringstream stream{std::string(text)};
  return read_trace(stream, "trace.csv", options);
}

void check_trace(const std::vector<TraceRequest>& trace) {
  expect(!trace.empty(), "a trace without requests is taken");
  expect(std::ranges::is_sorted(trace, {}, &TraceRequest::arrival), "arrivals are out of order");
  const bool negative = std::ranges::any_of(trace, [](const TraceRequest& request) {
    return request.arrival < Duration::zero() || request.service.ns < 0;
  });
  expect(!negative, "a negative time is taken");
  static_cast<void>(with_variation(trace, 2));
  static_cast<void>(with_blocks_drawn_anew(trace, 1));
}

void fuzz_one(std::string_view input) {
  std::vector<TraceRequest> trace;
  const auto read_by_header = [&] { trace = read(input, {}); };
  const bool known = accepted<SpecError>(input, read_by_header);
  for (const auto& format : kTraceFormats) {
    const TraceOptions options{.format = format.value, .speed = 0.5};
    accepted<SpecError>(input, [&] { check_trace(read(input, options)); });
  }
  if (!known) return;
  expect(read(print_trace(trace), {}) == trace, "a printed trace reads as another one");
  if (trace.size() > 100) return;
  Point point{.scheduler = {"work_stealing", {}},
              .workload = {"requests", {{"trace", write_input("trace.csv", input)}}},
              .machine = "sim"};
  point.workers = 2;
  check_run(input, point);
}

const Target target("trace_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
