// The estimates of a row as fields of its object in a results file, and back.
#pragma once

#include <string>

#include "bench/measure/estimates.hpp"
#include "bench/measure/json.hpp"

namespace loopsteal {

/// How fields name the quantile `q`: "p50", "p90", "p99", "p999".
std::string quantile_name(double q);

/// Adds the fields. A number that the run is too short for is left out; the requests that it needs
/// stand in its place.
void add_estimates(Json& json, const Estimates& estimates);

/// The estimates of a row that has them ("estimand"). Of an interval's n only that of replications
/// is kept. Throws SpecError with the field that is missing or of the wrong kind.
Estimates estimates_from_json(const Json& json);

}  // namespace loopsteal
