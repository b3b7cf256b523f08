// Result of a validation, for people and for programs.
#pragma once

#include <span>
#include <string>

#include "bench/calibrate/tornado.hpp"
#include "bench/calibrate/validate.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal {

/// Every cell, the worst first; the sensitivities; the verdict.
std::string render(const Validation& validation, std::span<const Sensitivity> tornado,
                   const std::string& costs, TableStyle style, bool colour);

/// Result as JSON. Times are in ns, errors are shares.
Json to_json(const Validation& validation, std::span<const Sensitivity> tornado,
             const std::string& costs);

}  // namespace loopsteal
