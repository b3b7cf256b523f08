// What `loopsteal advise` is asked of: a workload by its spec, and the variations of its traffic.
#include "bench/advise/demand.hpp"

#include <cmath>

#include "sched/core/config/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void check(const Demand& demand) {
  expect(!demand.describe().empty(), "a demand is described by nothing");
  expect(demand.workers_min() >= 1, "a demand takes no worker");
  for (const std::optional<double>& number : {demand.busy_workers(), demand.rate()})
    expect(!number || (std::isfinite(*number) && *number >= 0), "a demand is no number");
  const Spec on_few = demand.on(3);
  expect(parse_spec(to_string(on_few)) == on_few, "what a demand runs is no spec");
}

void fuzz_one(std::string_view input) {
  if (input.find('/') != std::string_view::npos) return;  // No files but those that are not there.
  accepted<SpecError>(input, [&] {
    const Demand demand(std::string(input), 2, catalog());
    check(demand);
    if (const auto varied = demand.with_load(1.25)) check(*varied);
    if (const auto varied = demand.with_variance(2)) check(*varied);
    if (const auto varied = demand.resampled()) check(*varied);
  });
}

const Target target("demand", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
