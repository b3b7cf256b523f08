#include "bench/calibrate/originals/target.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sched/core/config/spec.hpp"

namespace loopsteal {
namespace {

constexpr OriginalTarget kTargets[] = {
    {"cpython-3.11", "CPython 3.11.", "event_loop", false, "event_loop:preset=asyncio-3.11",
     "sharded_loops", 1},
    // uvloop rounds to the nearest millisecond, so the overshoot of a sleep is half of one at most;
    // a task that wakes up early waits again.
    {"uvloop-0.17", "uvloop 0.17.", "event_loop", false,
     "event_loop:preset=asyncio-3.11,timer_granularity=500us",
     "sharded_loops:timer_granularity=500us", 1},
    {"tokio-1.24", "Tokio 1.24.", "work_stealing", true, "work_stealing:preset=tokio-1.24", "", 2},
};

}  // namespace

std::span<const OriginalTarget> original_targets() noexcept { return kTargets; }

std::string target_values() {
  std::vector<std::string_view> names;
  for (const OriginalTarget& each : kTargets) names.push_back(each.name);
  return fmt::format("{}", fmt::join(names, "|"));
}

const OriginalTarget& original_target(std::string_view name) {
  const auto* const found = std::ranges::find(kTargets, name, &OriginalTarget::name);
  if (found != std::end(kTargets)) return *found;
  std::vector<std::string_view> names;
  for (const OriginalTarget& each : kTargets) names.push_back(each.name);
  throw SpecError(fmt::format("There is no original \"{}\" to run: {}.{}", name,
                              fmt::join(names, ", "), did_you_mean(name, names)));
}

}  // namespace loopsteal
