// Durations, reals, whole numbers and switches, as knobs and flags take them.
#include "bench/measure/row.hpp"
#include "sched/core/config/knobs.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  accepted<SpecError>(input, [&] {
    const Duration read = parse_duration(input);
    expect(read >= Duration::zero(), "a negative duration is taken");
    expect(parse_duration(print_duration(read)) == read, "a printed duration reads as another one");
  });
  accepted<SpecError>(input, [&] {
    const double read = parse_real(input, {-1'000'000, 1'000'000'000'000});
    expect(read >= -1e3 && read <= 1e9, "a real beyond its limits is taken");
    expect(parse_real(print_real(read), {-1'000'000, 1'000'000'000'000}) == read,
           "a printed real reads as another one");
  });
  accepted<SpecError>(input, [&] {
    const std::int64_t read = parse_integer(input, {});
    expect(parse_integer(std::to_string(read), {}) == read, "a whole number reads as another one");
  });
  accepted<SpecError>(input, [&] {
    const std::int64_t read = parse_integer(input, {-3, 65'535});
    expect(read >= -3 && read <= 65'535, "a whole number beyond its limits is taken");
  });
  accepted<SpecError>(input, [&] { static_cast<void>(parse_switch(input)); });
  accepted<SpecError>(input, [&] {
    const WarmUpChoice read = parse_warm_up(input);
    expect(parse_warm_up(to_string(read)) == read, "a printed warm-up reads as another one");
  });
}

const Target target("numbers", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
