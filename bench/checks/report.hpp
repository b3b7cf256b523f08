// Outcomes of the checks, as a table for people and as JSON for programs.
#pragma once

#include <span>
#include <string>

#include "bench/checks/campaign.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal::checks {

/// A line for each quantity, and the number of checks that passed.
std::string render_table(std::span<const Outcome> outcomes, double scale, TableStyle style,
                         bool colour);

/// The table as a Markdown page with the circumstances: `context` comes from make_context().
std::string render_page(std::span<const Outcome> outcomes, double scale, const Json& context);

/// {"context": .., "scale": .., "checks": [..]}; values that are not finite are left out.
Json to_json(std::span<const Outcome> outcomes, double scale, const Json& context);

/// The list of checks, one line each.
std::string render_list(std::span<const Check> checks);

}  // namespace loopsteal::checks
