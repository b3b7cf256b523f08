#include "bench/calibrate/cost_family.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr WorkerId kSeveral = 2;

void take_in(CostFamily& family, const SchedulerInfo& info) {
  if (family.alone.empty()) {
    family.name = family.sleeps_as = info.cost_family;
    family.alone = info.name;
  }
  if (!info.sleeps_as.empty()) family.sleeps_as = info.sleeps_as;
  family.depth_first = family.depth_first || info.depth_first;
  if (!family.several.empty() || info.one_worker) return;
  const Spec spec{std::string(info.name), {}};
  family.several = info.name;
  family.shares_nothing = queue_model_of(spec).sharing == QueueModel::Sharing::partition;
  family.charges = charges_of(spec, kSeveral);
  family.stealing_probes = info.stealing_probes;
}

std::vector<CostFamily> made_from_traits() {
  std::vector<CostFamily> families;
  for (const SchedulerInfo& info : schedulers()) {
    if (info.cost_family.empty()) continue;
    auto family = std::ranges::find(families, info.cost_family, &CostFamily::name);
    if (family == families.end()) family = families.insert(family, CostFamily{});
    take_in(*family, info);
  }
  return families;
}

}  // namespace

std::span<const CostFamily> cost_families() {
  static const std::vector<CostFamily> all = made_from_traits();
  return all;
}

const CostFamily& family_named(std::string_view name) {
  const auto all = cost_families();
  const auto found = std::ranges::find(all, name, &CostFamily::name);
  if (found == all.end())
    throw std::invalid_argument(fmt::format("No scheduler is of the cost family \"{}\".", name));
  return *found;
}

const CostFamily& family_of_spec(std::string_view spec) {
  const std::string_view name = spec.substr(0, spec.find(':'));
  const SchedulerInfo* const info = find_scheduler(name);
  return family_named(info == nullptr ? std::string_view{} : info->cost_family);
}

const CostFamily& family_of_loops() {
  const auto all = cost_families();
  const auto found = std::ranges::find(all, true, &CostFamily::shares_nothing);
  if (found == all.end())
    throw std::invalid_argument("Calibration needs a scheduler whose workers share nothing.");
  return *found;
}

}  // namespace loopsteal
