// Schedulers by their specs: knobs, presets, and a small run in virtual time with the result.
#include "sched/catalog.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  Spec spec;
  const bool known =
      accepted<SpecError>(input, [&] { spec = canonical_scheduler(parse_spec(input)); });
  if (!known) return;
  expect(canonical_scheduler(spec) == spec, "a canonical scheduler has another canonical form");
  accepted<SpecError>(input, [&] { static_cast<void>(charges_of(spec, 3)); });
  // Neither runs in virtual time, nor does what would poll for hours.
  if (spec.name == "onetbb" || !is_small(spec, 10'000)) return;
  for (const char* const workload : {"fan_out:tasks=20", "timers:timers=5"}) {
    Point point{.scheduler = spec, .workload = parse_spec(workload), .machine = "sim"};
    point.workers = 3;
    check_run(input, point);
  }
}

const Target target("scheduler_spec", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
