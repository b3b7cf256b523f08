// A cost model by its name with entries on top, "zero,entry=5us".
#include "bench/measure/costs.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  if (input.find('/') != std::string_view::npos) return;
  Costs costs;
  if (!accepted<SpecError>(input, [&] { costs = parse_costs(input); })) return;
  expect(parse_costs(costs.name) == costs, "costs by their canonical name are other ones");
  check_costs(input, costs);
}

const Target target("costs_spec", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
