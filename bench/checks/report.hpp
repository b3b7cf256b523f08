// What came of the checks, as a table for people and as JSON for programs.
#pragma once

#include <span>
#include <string>

#include "bench/checks/campaign.hpp"
#include "bench/measure/json.hpp"
#include "bench/measure/text_table.hpp"

namespace loopsteal::checks {

/// A line for each quantity, and how many checks passed.
std::string render_table(std::span<const Outcome> outcomes, double scale, TableStyle style,
                         bool colour);

/// The same as a Markdown page that says under what circumstances: `context` is that of
/// make_context().
std::string render_page(std::span<const Outcome> outcomes, double scale, const Json& context);

/// {"context": .., "scale": .., "checks": [..]}; what is not finite is left out.
Json to_json(std::span<const Outcome> outcomes, double scale, const Json& context);

/// One line for each check: what there is to run.
std::string render_list(std::span<const Check> checks);

}  // namespace loopsteal::checks
