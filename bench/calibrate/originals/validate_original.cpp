#include "bench/calibrate/originals/validate_original.hpp"

namespace loopsteal {
namespace {

// A micro program is a tenth of a cell, and its median has to be as sure.
constexpr int kRunsInATurn = 5;

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

OriginalValidation validate_original(const OriginalTarget& target, OriginalServer& server,
                                     std::span<const PredictionCell> cells,
                                     const WorkloadCatalog& workloads, ValidationOptions options,
                                     CostsFile head) {
  OriginalCalibration calibration(target, server, 1);
  options.among = {.count = calibration.programs(),
                   .name = [&](std::size_t program) { return calibration.name(program); },
                   .run = [&](std::size_t program) {
                     for (int i = 0; i < kRunsInATurn; ++i) calibration.run(program);
                   }};
  const CellRuns measured = measure_cells(cells, workloads, options);
  OriginalValidation result{.costs = calibration.costs(std::move(head)),
                            .predictor = {},
                            .validation = {}};
  result.predictor = predictor_of(result.costs, target.name);
  result.validation = compare(cells, measured, result.predictor, workloads, options);
  result.validation.measured_on = server.version();
  const Predictor kept = predictor_of(read_costs_file(std::string(target.name)), target.name);
  result.validation.other =
      verdict_of(compare(cells, measured, kept, workloads, options), kept.costs.name);
  return result;
}

}  // namespace loopsteal
