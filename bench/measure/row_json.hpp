// A Row as the object that stands in "benchmarks" of a results file, and back.
//
// Flat, under stable names (schema "loopsteal.run/1"): Google Benchmark's own fields first, so that
// its tools read the file; then ours. A duration is in ns and says so in its name; `worker_*` is
// the total over the workers and `worker_*_per_worker` the list of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/measure/json.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal {

/// The version of the format. It changes when a field changes its meaning or goes; new fields do
/// not change it.
inline constexpr std::string_view kSchemaName = "loopsteal.run/1";

Json to_json(const Row& row);

/// Throws SpecError, with the field that is missing or of the wrong kind, for what is no row.
Row row_from_json(const Json& json);

/// The numbers of a row beside its times, for Google Benchmark's counters.
std::vector<std::pair<std::string, double>> counters_of(const Row& row);

/// The fields of a row that are single values, in their order: the columns of a CSV file. All that
/// can occur, whether or not a given row has them.
const std::vector<std::string>& scalar_fields();

}  // namespace loopsteal
