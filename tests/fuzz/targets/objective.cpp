// The objectives of `loopsteal advise`, "p99<=10ms" or "throughput>=1000/s".
#include "bench/advise/objective.hpp"

#include <array>
#include <cmath>

#include "sched/core/config/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  accepted<SpecError>(input, [&] {
    const Objective objective = parse_objective(input);
    expect(std::isfinite(objective.limit) && objective.limit > 0, "a limit out of range is taken");
    expect(parse_objective(to_string(objective)) == objective,
           "a printed objective reads as another one");
    const std::array<RequestSample, 3> samples = {
        {{Duration(0), Duration(5)}, {Duration(1), Duration(10)}, {Duration(2), Duration(100)}}};
    const Reading reading = read(
        objective, {.requests = samples, .makespan = std::chrono::milliseconds(1), .tasks = 3});
    expect(std::isfinite(reading.value) && std::isfinite(reading.excess),
           "the reading of an objective is no number");
  });
}

const Target target("objective", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
