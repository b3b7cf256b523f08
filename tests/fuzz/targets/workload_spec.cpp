// Workloads by their specs: knobs, shape, load, and a run in virtual time if that is small.
#include <algorithm>

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace loopsteal::fuzz {
namespace {

// The largest whole number of a knob with which a run is small: of trees the work is a power of it.
// A tree of UTS may be of any size for any knobs.
std::int64_t largest_for(const std::string& name) {
  if (name == "uts") return -1;
  if (name == "skynet") return 2;
  return name == "nqueens" || name == "fork_join" ? 6 : 50;
}

// `spec` over settings that make every workload tiny.
Spec tiny(const Spec& spec) {
  constexpr std::pair<std::string_view, std::string_view> kTiny[] = {
      {"spawns", "20"},   {"rounds", "2"}, {"tasks", "20"}, {"yields", "5"},
      {"pairs", "10"},    {"links", "20"}, {"items", "20"}, {"timers", "20"},
      {"count", "20"},    {"jobs", "20"},  {"bursts", "2"}, {"side", "4"},
      {"requests", "20"}, {"levels", "2"}, {"n", "5"},      {"callbacks", "20"}};
  Spec result = spec;
  for (const KnobRow& knob : catalog().named(spec.name).knobs(Size::small)) {
    const bool set = std::ranges::any_of(
        spec.settings, [&](const auto& setting) { return setting.first == knob.name; });
    for (const auto& [name, value] : kTiny) {
      if (!set && name == knob.name) result.settings.emplace_back(name, value);
    }
  }
  return result;
}

void fuzz_one(std::string_view input) {
  if (input.find('/') != std::string_view::npos) return;  // No files but those that are not there.
  Spec spec;
  const auto read = [&] {
    spec = parse_spec(input);
    const WorkloadInfo& info = catalog().named(spec.name);
    const Spec canonical = info.canonical(spec, Size::small);
    expect(info.canonical(parse_spec(to_string(canonical)), Size::small) == canonical,
           "a canonical workload has another canonical form");
    static_cast<void>(info.shape_of(spec));
    const WorkloadSetup setup{.seed = 1, .workers = 3, .size = Size::small};
    static_cast<void>(info.open_loop(spec, setup));
  };
  if (!accepted<SpecError>(input, read)) return;
  const std::int64_t largest = largest_for(spec.name);
  if (catalog().named(spec.name).needs_descriptors || largest < 0 || !is_small(spec, largest))
    return;
  Point point{.scheduler = {"work_stealing", {}}, .workload = tiny(spec), .machine = "sim"};
  point.workers = 3;
  point.terminating = true;
  check_run(input, point);
}

const Target target("workload_spec", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
