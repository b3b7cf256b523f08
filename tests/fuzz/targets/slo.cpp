// The objective of a sweep, "p99<=10ms".
#include "bench/sweep/slo.hpp"

#include "sched/core/config/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  accepted<SpecError>(input, [&] {
    const Slo slo = parse_slo(input);
    expect(slo.limit > Duration::zero(), "a limit that no run can keep is taken");
    expect(parse_slo(to_string(slo)) == slo, "a printed SLO reads as another one");
  });
}

const Target target("slo", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
