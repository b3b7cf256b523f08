// Small runs in virtual time, for targets that have read something to run.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bench/measure/costs.hpp"
#include "bench/measure/row.hpp"

namespace loopsteal::fuzz {

/// Whether all settings of `spec` are short: whole numbers up to `largest`, durations up to 1 ms,
/// no files.
[[nodiscard]] bool is_small(const Spec& spec, std::int64_t largest);

/// Checks `point` and measures it twice, as `loopsteal run` does. Nothing if it is refused. Fails
/// if the two runs differ, or if a run that ended has a wrong answer.
std::optional<Row> check_run(std::string_view input, const Point& point);

/// Runs a small workload on each of our schedulers with `costs`, as check_run().
void check_costs(std::string_view input, const Costs& costs);

}  // namespace loopsteal::fuzz
