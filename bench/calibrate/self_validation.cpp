#include "bench/calibrate/self_validation.hpp"

#include <utility>

namespace loopsteal {
namespace {

Predictor predictor_of(const CostsFile& file, std::string_view name) {
  return {.costs = costs_of(file, name), .works = file};
}

OtherCosts verdict_of(const Validation& validation, std::string name) {
  return {.name = std::move(name),
          .makespan_error = validation.makespan_error(),
          .p50_error = validation.p50_error(),
          .one_side = validation.one_side()};
}

}  // namespace

SelfValidation validate_with_found_costs(Calibration& calibration, const FoundCosts& found,
                                         std::span<const PredictionCell> cells,
                                         const WorkloadCatalog& workloads,
                                         ValidationOptions options, CostsFile head) {
  options.among = {.count = calibration.programs(),
                   .name = [&](std::size_t program) { return calibration.name(program); },
                   .run =
                       [&](std::size_t program) {
                         for (int i = 0; i < found.runs_in_a_turn; ++i) calibration.run(program);
                       }};
  const CellRuns measured = measure_cells(cells, workloads, options);
  SelfValidation result{
      .costs = calibration.costs(std::move(head)), .predictor = {}, .validation = {}};
  result.predictor = predictor_of(result.costs, found.name);
  result.validation = compare(cells, measured, result.predictor, workloads, options);
  const Predictor kept = predictor_of(read_costs_file(found.kept), found.kept);
  try {
    result.validation.other =
        verdict_of(compare(cells, measured, kept, workloads, options), kept.costs.name);
  } catch (const UnknownCosts& error) {
    result.validation.other = {.name = kept.costs.name, .refused = error.what()};
  }
  return result;
}

}  // namespace loopsteal
