// "name:key=value,key=value", the grammar of schedulers and workloads.
#include "sched/core/config/spec.hpp"

#include <array>

#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  Spec spec;
  if (!accepted<SpecError>(input, [&] { spec = parse_spec(input); })) return;
  expect(parse_spec(to_string(spec)) == spec, "a spec that is printed reads back as another one");
  constexpr std::array<std::string_view, 3> kKnown = {"work_stealing", "shared_queue", "s"};
  expect(!did_you_mean(spec.name, kKnown).empty(), "no word is offered for an unknown name");
}

const Target target("spec", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
