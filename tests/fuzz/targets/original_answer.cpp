// What the server of a reference runtime answers.
#include <cmath>

#include "bench/calibrate/originals/server.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  // Their documented error is runtime_error, which says what is wrong.
  accepted<std::runtime_error>(input, [&] {
    const OriginalAnswer answer = parse_answer(input);
    expect(std::isfinite(answer.makespan_ns) && answer.makespan_ns > 0,
           "a run that took no time is taken");
  });
  accepted<std::runtime_error>(input, [&] { static_cast<void>(parse_version(input)); });
}

const Target target("original_answer", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
