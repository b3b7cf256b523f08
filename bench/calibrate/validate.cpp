#include "bench/calibrate/validate.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>

#include "bench/measure/campaign.hpp"
#include "bench/measure/own_process.hpp"
#include "bench/statistics/quantile.hpp"
#include "sched/machine/threads/burn.hpp"

namespace loopsteal {
namespace {

std::optional<double> relative_error(std::optional<double> simulated,
                                     std::optional<double> measured) {
  if (!simulated || !measured || *measured <= 0) return std::nullopt;
  return (*simulated - *measured) / *measured;
}

double median_size(std::vector<double> errors) {
  if (errors.empty()) return 0;
  for (double& error : errors) error = std::abs(error);
  return median(errors);
}

// A run meets the memory that its like has left, and not what another cell has.
RunFigures apart(const std::function<RunFigures()>& run) {
  constexpr double kNone = -1;
  constexpr double kUnknownCosts = -2;  // In place of the makespan; the entries' places follow.
  const std::span<const CostEntry> entries = cost_entries();
  const std::vector<double> values = in_own_process([&] {
    try {
      const RunFigures figures = run();
      return std::vector<double>{figures.makespan_ns, figures.p50_ns.value_or(kNone),
                                 figures.p99_ns.value_or(kNone)};
    } catch (const UnknownCosts& error) {
      std::vector<double> places = {kUnknownCosts};
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (error.charges().contains(entries[i].id)) places.push_back(static_cast<double>(i));
      return places;
    }
  });
  if (values[0] == kUnknownCosts) {
    Charges unknown;
    for (const double place : std::span(values).subspan(1))
      unknown.add(entries[static_cast<std::size_t>(place)].id);
    throw UnknownCosts(unknown);
  }
  const auto present = [](double value) {
    return value == kNone ? std::nullopt : std::optional(value);
  };
  return {.makespan_ns = values[0], .p50_ns = present(values[1]), .p99_ns = present(values[2])};
}

template <class Name>
void announce(const ValidationOptions& options, std::size_t done, std::size_t total, Name name) {
  if (options.stop && options.stop()) throw std::runtime_error("Stopped.");
  if (options.progress) options.progress(done, total, name());
}

RunFigures fastest_of(const std::vector<RunFigures>& runs) {
  return std::ranges::min(runs, {}, &RunFigures::makespan_ns);
}

}  // namespace

std::optional<double> ValidatedCell::makespan_error() const {
  if (cell.by_arrivals) return std::nullopt;
  return relative_error(simulated.makespan_ns, measured.makespan_ns);
}

std::optional<double> ValidatedCell::p50_error() const {
  return relative_error(simulated.p50_ns, measured.p50_ns);
}

std::optional<double> ValidatedCell::p99_error() const {
  return relative_error(simulated.p99_ns, measured.p99_ns);
}

double ValidatedCell::badness(const Gate& gate) const {
  return std::max(std::abs(makespan_error().value_or(0)) / gate.makespan,
                  std::abs(p50_error().value_or(0)) / gate.p50);
}

double Validation::makespan_error() const {
  std::vector<double> errors;
  for (const ValidatedCell& cell : cells)
    if (const auto error = cell.makespan_error()) errors.push_back(*error);
  return median_size(errors);
}

double Validation::p50_error() const {
  std::vector<double> errors;
  for (const ValidatedCell& cell : cells)
    if (const auto error = cell.p50_error()) errors.push_back(*error);
  return median_size(errors);
}

int Validation::one_side() const {
  int too_fast = 0;
  int too_slow = 0;
  for (const ValidatedCell& cell : cells) {
    for (const auto& error : {cell.makespan_error(), cell.p50_error()}) {
      too_fast += error && *error < 0 ? 1 : 0;
      too_slow += error && *error > 0 ? 1 : 0;
    }
  }
  return too_slow == 0 && too_fast > 0 ? -1 : too_fast == 0 && too_slow > 0 ? 1 : 0;
}

bool Validation::passes() const {
  return makespan_error() <= gate.makespan && p50_error() <= gate.p50;
}

CellRuns measure_cells(std::span<const PredictionCell> cells, const WorkloadCatalog& workloads,
                       const ValidationOptions& options) {
  CellRuns measured(cells.size());
  const std::vector<Turn> turns =
      order_of_turns(cells.size() + options.among.count,
                     {.repetitions = options.repetitions, .seed = options.seed});
  calibrate_burn();  // Once for all: what a process finds out is lost with it.
  std::size_t done = 0;
  for (const Turn& turn : turns) {
    const bool is_cell = turn.point < cells.size();
    announce(options, done++, turns.size(), [&] {
      return is_cell ? cells[turn.point].name() : options.among.name(turn.point - cells.size());
    });
    if (!is_cell) {
      options.among.run(turn.point - cells.size());
      continue;
    }
    const PredictionCell& cell = cells[turn.point];
    const std::uint64_t seed = options.seed + turn.repetition;
    const auto measure = [&] { return measure_figures(cell, seed, workloads); };
    measured[turn.point].push_back(options.measure ? options.measure(cell, seed) : apart([&] {
      return fastest_of(warmed_up(measure));
    }));
  }
  return measured;
}

Validation compare(std::span<const PredictionCell> cells, const CellRuns& measured,
                   const Predictor& predictor, const WorkloadCatalog& workloads,
                   const ValidationOptions& options) {
  Validation validation{.cells = {}, .gate = options.gate};
  const std::size_t total = cells.size() * options.repetitions;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::vector<RunFigures> simulated;
    for (std::uint32_t repetition = 0; repetition < options.repetitions; ++repetition) {
      announce(options, i * options.repetitions + repetition, total,
               [&] { return cells[i].name() + ", in virtual time"; });
      const Spec& scheduler = cells[i].point.scheduler;
      simulated.push_back(
          with_explained_costs(scheduler, predictor.costs.for_scheduler(scheduler.name), [&] {
            return apart(
                [&] { return predictor.predict(cells[i], options.seed + repetition, workloads); });
          }));
    }
    validation.cells.push_back({cells[i], medians_of(simulated), medians_of(measured[i])});
  }
  std::ranges::stable_sort(
      validation.cells, std::ranges::greater{},
      [&](const ValidatedCell& cell) { return cell.badness(validation.gate); });
  return validation;
}

Validation validate(std::span<const PredictionCell> cells, const Predictor& predictor,
                    const WorkloadCatalog& workloads, const ValidationOptions& options) {
  for (const PredictionCell& cell : cells) {  // Not only after minutes of measuring.
    const Spec& scheduler = cell.point.scheduler;
    check_costs_known(scheduler, cell.point.workers, predictor.costs.for_scheduler(scheduler.name));
  }
  return compare(cells, measure_cells(cells, workloads, options), predictor, workloads, options);
}

}  // namespace loopsteal
