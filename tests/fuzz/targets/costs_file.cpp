// A cost model as a TOML file: read, printed, and run with.
#include "bench/measure/costs_file.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  CostsFile file;
  if (!accepted<SpecError>(input, [&] { file = parse_costs_file(input, "costs.toml"); })) return;
  expect(parse_costs_file(print_costs_file(file), "printed.toml") == file,
         "a printed cost file reads as another one");
  Costs costs;
  if (accepted<SpecError>(input, [&] { costs = costs_of(file, "fuzz"); }))
    check_costs(input, costs);
}

const Target target("costs_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
