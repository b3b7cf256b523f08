#include "bench/measure/verdict_words.hpp"

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"
#include "sched/core/spec.hpp"

namespace loopsteal {
namespace {

// Two digits that count, but no difference is rounded away: 1.03x, 2.0x, 49x.
std::string short_factor(double value) {
  if (value < 1.095) return fmt::format("{:.2f}x", value);
  if (value < 9.95) return fmt::format("{:.1f}x", value);
  return human_count(value) + "x";
}

std::string_view direction(DecidingMetric metric, bool better) {
  if (metric == DecidingMetric::makespan) return better ? "as fast" : "as slow";
  return better ? "lower" : "higher";
}

std::string_view subject(DecidingMetric metric) {
  switch (metric) {
    case DecidingMetric::mean_sojourn:
      return "mean sojourn ";
    case DecidingMetric::p99_sojourn:
      return "p99 ";
    case DecidingMetric::makespan:
      break;
  }
  return "";
}

// Of a ratio below 1 the inverse, so that the number is never below 1.
Estimate turned(const Estimate& ratio) {
  if (ratio.value >= 1) return ratio;
  return {1 / ratio.value, 1 / ratio.high, 1 / ratio.low};
}

std::string_view input_of(const Spec& spec) {
  if (setting_of(spec, "trace") != nullptr) return "trace";
  return spec.name == "dag" ? "graph" : "program";
}

}  // namespace

std::string_view to_string(DecidingMetric metric) {
  switch (metric) {
    case DecidingMetric::mean_sojourn:
      return "mean sojourn";
    case DecidingMetric::p99_sojourn:
      return "p99 sojourn";
    case DecidingMetric::makespan:
      break;
  }
  return "makespan";
}

std::string effect_words(DecidingMetric metric, double ratio) {
  const bool better = ratio >= 1;
  return fmt::format("{}{} {}", subject(metric), short_factor(better ? ratio : 1 / ratio),
                     direction(metric, better));
}

std::string verdict_words(DecidingMetric metric, const Comparison& comparison) {
  const Estimate ratio = turned(comparison.ratio);
  const std::string effect = fmt::format("{} {}", human_factor(ratio.value),
                                         direction(metric, comparison.ratio.value >= 1));
  if (comparison.exact) {
    return (comparison.verdict == Verdict::tie ? "the same" : effect) + " (exact)";
  }
  switch (comparison.verdict) {
    case Verdict::tie:
      return fmt::format("tie [{:.2f}, {:.2f}]", comparison.ratio.low, comparison.ratio.high);
    case Verdict::higher:
    case Verdict::lower:
      return fmt::format("{} [{:.2f}, {:.2f}]", effect, ratio.low, ratio.high);
    case Verdict::undecided:
      break;
  }
  return fmt::format("{} ({} of {} runs)", effect, comparison.runs, comparison.runs_needed);
}

std::string exact_words(std::string_view workload_spec, const ReportLine& line) {
  switch (line.runs_differ) {
    case RunsDiffer::no:
      return fmt::format("exact for this {}", input_of(parse_spec(workload_spec)));
    case RunsDiffer::not_in_value:
      return fmt::format("the same in all {} runs", line.estimate ? line.estimate->n : line.runs);
    case RunsDiffer::yes:
      break;
  }
  return {};
}

}  // namespace loopsteal
