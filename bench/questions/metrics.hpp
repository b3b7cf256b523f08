// Metrics of a run that questions use, by name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure/run_once.hpp"
#include "workloads/open_loop.hpp"

namespace loopsteal::questions {

/// A run and its requests that count.
struct MeasuredRun {
  const RunOutcome& outcome;
  std::span<const RequestSample> samples;  ///< After the warm-up.
};

/// All names with their meaning; times in ns.
struct Metric {
  std::string_view name;
  std::string_view what;
  double (*of)(const MeasuredRun& run);
};
[[nodiscard]] std::span<const Metric> metrics();

/// The metric of that name. Throws std::out_of_range if there is none.
[[nodiscard]] const Metric& metric_named(std::string_view name);

}  // namespace loopsteal::questions
