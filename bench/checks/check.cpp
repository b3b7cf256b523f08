#include "bench/checks/check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

namespace loopsteal::checks {
namespace {

constexpr std::string_view kNoSharing =
    "no policy shares a worker among jobs: all run to their end";
constexpr std::string_view kNoDivisible = "no workload is a load that can be cut anywhere";

std::vector<Check> checks_not_done() {
  return {
      {.id = "G7",
       .what = "processor sharing",
       .parameters = "M/G/1-PS load .8, exp and bim-1",
       .why_not = kNoSharing},
      {.id = "G14",
       .what = "makespans of two clusters",
       .parameters = "p=16 W=1e7, nine latencies and rates",
       .why_not = kNoDivisible},
      {.id = "G15",
       .what = "latency constant of one cluster",
       .parameters = "p=64, W=1e8 and 1e7",
       .why_not = kNoDivisible},
      {.id = "G16",
       .what = "synchronous list scheduling",
       .parameters = "m=64 W=131072",
       .why_not = kNoDivisible},
  };
}

int number_of(const Check& check) {
  int number = 0;
  std::from_chars(check.id.data() + 1, check.id.data() + check.id.size(), number);
  return number;
}

}  // namespace

double Target::allowed(double widening) const {
  switch (rule) {
    case Rule::relative:
      return widening * band * std::abs(expected);
    case Rule::absolute:
      return widening * band;
    case Rule::fixed:
      return band;
    case Rule::exact:
      break;
  }
  return 0;
}

bool Target::met_by(const Interval& got, double widening) const {
  if (rule == Rule::exact) return got.mean == expected && got.half_width == 0;
  const double most = allowed(widening);
  return std::abs(got.mean - expected) <= most && got.half_width < most;
}

Target within(std::string quantity, double expected, double percent) {
  return {std::move(quantity), expected, Rule::relative, percent / 100};
}
Target around(std::string quantity, double expected, double distance) {
  return {std::move(quantity), expected, Rule::absolute, distance};
}
Target inside(std::string quantity, double low, double high) {
  return {std::move(quantity), (low + high) / 2, Rule::fixed, (high - low) / 2};
}
Target between(std::string quantity, double low, double high) {
  return {std::move(quantity), (low + high) / 2, Rule::absolute, (high - low) / 2};
}
Target exactly(std::string quantity, double expected) {
  return {std::move(quantity), expected, Rule::exact, 0};
}

std::vector<Check> all_checks() {
  std::vector<Check> checks;
  for (auto* const theme : {&loop_checks, &pool_checks, &discipline_checks, &stealing_checks,
                            &placement_checks, &makespan_checks, &tree_checks, &search_checks,
                            &machinery_checks, &interval_checks, &checks_not_done}) {
    std::ranges::move(theme(), std::back_inserter(checks));
  }
  std::ranges::stable_sort(checks, {}, number_of);
  return checks;
}

}  // namespace loopsteal::checks
