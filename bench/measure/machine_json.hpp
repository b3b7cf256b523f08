// The part of a row that says which machine and which preset it was measured on.
#pragma once

#include "bench/measure/json.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal {

/// Adds the costs, CPUs and order of ties of a virtual run, and the preset that was asked for with
/// what it lacks.
void add_machine(Json& json, const Row& row);

/// Reads them back; absent ones stay as they are.
void read_machine(Row& row, const Json& json);

}  // namespace loopsteal
