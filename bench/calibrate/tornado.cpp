#include "bench/calibrate/tornado.hpp"

#include <algorithm>
#include <cmath>

namespace loopsteal {
namespace {

// Zero stays zero; whole ns, rounded.
void scale(Costs& costs, const CostEntry& entry, double factor) {
  const auto scaled = [factor](Duration cost) {
    return Duration(std::llround(static_cast<double>(cost.count()) * factor));
  };
  entry.of(costs.model) = scaled(entry.of(costs.model));
  for (auto& [scheduler, model] : costs.of_scheduler) entry.of(model) = scaled(entry.of(model));
}

double answer_of(const PredictionCell& cell, const RunFigures& figures) {
  return cell.by_arrivals ? figures.p50_ns.value_or(figures.makespan_ns) : figures.makespan_ns;
}

Duration cost_in(const Predictor& predictor, const PredictionCell& cell, const CostEntry& entry) {
  CostModel model = predictor.costs.for_scheduler(cell.point.scheduler.name).model;
  return entry.of(model);
}

// Uses the rounded costs: half of 3 ns is 2.
double elasticity(const PredictionCell& cell, const Predictor& predictor, const CostEntry& entry,
                  std::uint64_t seed, const WorkloadCatalog& workloads) {
  Predictor less = predictor;
  Predictor more = predictor;
  scale(less.costs, entry, 0.5);
  scale(more.costs, entry, 1.5);
  const auto low = static_cast<double>(cost_in(less, cell, entry).count());
  const auto high = static_cast<double>(cost_in(more, cell, entry).count());
  if (low <= 0 || high <= low) return 0;
  const double with_less = answer_of(cell, less.predict(cell, seed, workloads));
  const double with_more = answer_of(cell, more.predict(cell, seed, workloads));
  if (with_less <= 0 || with_more <= 0) return 0;
  return std::log(with_more / with_less) / std::log(high / low);
}

}  // namespace

std::vector<Sensitivity> tornado(std::span<const PredictionCell> cells, const Predictor& predictor,
                                 const WorkloadCatalog& workloads, std::uint64_t seed,
                                 const std::function<bool()>& stop) {
  std::vector<Sensitivity> result;
  for (const CostEntry& entry : cost_entries()) {
    if (stop && stop()) break;
    Sensitivity sensitivity{.entry = std::string(entry.name)};
    bool priced = false;
    for (const PredictionCell& cell : cells) {
      if (cost_in(predictor, cell, entry) == Duration::zero()) continue;
      priced = true;
      const double value = elasticity(cell, predictor, entry, seed, workloads);
      sensitivity.mean += std::abs(value) / static_cast<double>(cells.size());
      if (std::abs(value) <= std::abs(sensitivity.largest)) continue;
      sensitivity.largest = value;
      sensitivity.where = cell.name();
    }
    if (priced) result.push_back(sensitivity);
  }
  std::ranges::stable_sort(result, [](const Sensitivity& one, const Sensitivity& other) {
    return std::abs(one.largest) > std::abs(other.largest);
  });
  return result;
}

}  // namespace loopsteal
