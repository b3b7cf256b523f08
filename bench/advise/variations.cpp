#include "bench/advise/variations.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace loopsteal {
namespace {

struct Factor {
  double by;
  const char* name;
};

constexpr Factor kLoads[] = {{0.9, "load -10 %"}, {1.1, "load +10 %"}};
constexpr Factor kVariances[] = {{0.5, "half the variance of sizes"},
                                 {2, "twice the variance of sizes"}};
constexpr Factor kCosts[] = {{0.5, "costs -50 %"}, {1.5, "costs +50 %"}};

}  // namespace

VariedQuestions variations_of(const Demand& demand, const Costs& costs) {
  VariedQuestions varied;
  for (const auto& [factor, name] : kLoads) {
    if (std::optional<Demand> other = demand.with_load(factor)) {
      varied.questions.push_back({name, *std::move(other), costs});
    } else if (factor > 1) {
      varied.left_out.emplace_back("load: the workload has none");
    }
  }
  for (const auto& [factor, name] : kVariances) {
    if (std::optional<Demand> other = demand.with_variance(factor)) {
      const bool drawn = other->kind() == DemandKind::steady;
      varied.questions.push_back(
          {drawn ? fmt::format("{} (lognormal)", name) : name, *std::move(other), costs});
    } else if (factor > 1) {
      varied.left_out.emplace_back("variance of sizes: it is none, not known, or without bound");
    }
  }
  if (std::optional<Demand> other = demand.resampled()) {
    varied.questions.push_back({"other traces, of its blocks", *std::move(other), costs});
  }
  if (costs.model.free() && costs.of_scheduler.empty()) {
    varied.left_out.emplace_back("costs: nothing costs anything");
    return varied;
  }
  for (const auto& [factor, name] : kCosts) {
    varied.questions.push_back({name, demand, scaled(costs, factor)});
  }
  return varied;
}

Costs scaled(const Costs& costs, double factor) {
  Costs result = costs;
  result.name = fmt::format("{} times {}", costs.name, factor);
  for (const CostEntry& entry : cost_entries()) {
    const auto scale = [&](CostModel& model) {
      Duration& cost = entry.of(model);
      cost = Duration(std::llround(static_cast<double>(cost.count()) * factor));
    };
    scale(result.model);
    for (auto& [scheduler, model] : result.of_scheduler) scale(model);
  }
  return result;
}

}  // namespace loopsteal
