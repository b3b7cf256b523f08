#include "bench/measure/ties.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include "sched/catalog.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {
namespace {

// On a finer grid workers meet by chance only.
constexpr std::int64_t kStepsInShortest = 16;
// A step of virtual time itself: what has no other common step is not on a grid.
constexpr std::int64_t kResolutionNs = 1;

std::vector<std::pair<std::string, std::string>> all_settings(const Spec& spec,
                                                              std::vector<KnobRow> knobs) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const KnobRow& knob : knobs) {
    const std::string* const given = setting_of(spec, knob.name);
    all.emplace_back(knob.name, given == nullptr ? knob.default_value : *given);
  }
  return all;
}

void add(std::vector<std::int64_t>& durations, Duration duration) {
  if (duration > Duration::zero()) durations.push_back(duration.count());
}

bool is_duration(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
         (text.ends_with('s') || text.ends_with("min"));
}

// False: some are drawn from a continuous distribution.
bool add_sizes(std::vector<std::int64_t>& durations, const Point& point,
               const WorkloadInfo& workload) {
  for (const auto& [name, value] : all_settings(point.workload, workload.knobs(point.size))) {
    if (name == "service" && value != "det" && !value.starts_with("bimodal")) return false;
    if (is_duration(value)) add(durations, parse_duration(value));
  }
  return true;
}

}  // namespace

std::optional<Duration> step_of_ties(const Point& point, const WorkloadInfo& workload) {
  if (!point.is_virtual() || point.workers < 2 || point.costs.model.free() ||
      point.costs.noise.on()) {
    return std::nullopt;
  }
  const std::optional<QueueModel::Stealing> stealing = queue_model_of(point.scheduler).stealing;
  if (!stealing) return std::nullopt;
  std::vector<std::int64_t> durations;
  if (!add_sizes(durations, point, workload)) return std::nullopt;
  CostModel costs = point.costs.model;
  for (const CostEntry& entry : cost_entries()) add(durations, entry.of(costs));
  if (stealing->transfer > Duration::zero()) {
    if (stealing->transfer_varies) return std::nullopt;
    add(durations, stealing->transfer);
  }
  std::int64_t step = 0;
  for (const std::int64_t duration : durations) step = std::gcd(step, duration);
  const std::int64_t shortest = *std::ranges::min_element(durations);
  if (step == kResolutionNs || shortest / step > kStepsInShortest) return std::nullopt;
  return Duration(step);
}

}  // namespace loopsteal
