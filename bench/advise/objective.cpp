#include "bench/advise/objective.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "bench/measure/run_once.hpp"
#include "bench/statistics/pooled_quantile.hpp"
#include "bench/statistics/quantile.hpp"
#include "sched/core/config/knobs.hpp"

namespace loopsteal {
namespace {

// The first name of a metric is the printed one.
constexpr std::array kMetrics = {
    Named<Metric>{"mean", Metric::mean},         Named<Metric>{"p50", Metric::p50},
    Named<Metric>{"p90", Metric::p90},           Named<Metric>{"p99", Metric::p99},
    Named<Metric>{"p99.9", Metric::p999},        Named<Metric>{"p999", Metric::p999},
    Named<Metric>{"makespan", Metric::makespan}, Named<Metric>{"throughput", Metric::throughput}};

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Metric parse_metric(std::string_view text) {
  std::array<std::string_view, kMetrics.size()> known;
  std::ranges::transform(kMetrics, known.begin(), &Named<Metric>::name);
  const auto* const found = std::ranges::find(kMetrics, text, &Named<Metric>::name);
  if (found == kMetrics.end()) {
    throw SpecError(
        fmt::format("\"{}\" is no metric of an SLO.{}", text, did_you_mean(text, known)));
  }
  return found->value;
}

double parse_rate(std::string_view text) {
  if (!text.ends_with("/s")) {
    throw SpecError(fmt::format(
        "\"{}\" is no throughput: write a number and \"/s\", as in throughput>=1000/s.", text));
  }
  text.remove_suffix(2);
  return parse_real(text, Thousandths{1, 1'000'000'000'000});
}

double parse_limit(std::string_view text, std::string_view whole) {
  const Duration limit = parse_duration(text);
  if (limit <= Duration::zero()) {
    throw SpecError(fmt::format("\"{}\": nothing is that short; take a limit above 0.", whole));
  }
  return static_cast<double>(limit.count());
}

double mean_of(std::span<const RequestSample> requests) {
  double sum = 0;
  for (const RequestSample& request : requests) sum += static_cast<double>(request.sojourn.count());
  return sum / static_cast<double>(requests.size());
}

Reading quantile_reading(const Objective& objective, std::span<const RequestSample> requests) {
  const double allowed = allowed_late(objective);
  const auto late = std::ranges::count_if(requests, [&](const RequestSample& request) {
    return static_cast<double>(request.sojourn.count()) > objective.limit;
  });
  std::vector<double> sojourns = values_of(requests, &RequestSample::sojourn);
  return {quantile_of(sojourns, 1 - allowed),
          static_cast<double>(late) / static_cast<double>(requests.size()) - allowed};
}

// The reading from bins, interpolated within a bin.
Reading quantile_reading(const Objective& objective, const LatencyHistogram& sojourns) {
  const double allowed = allowed_late(objective);
  const LatencyBins bins = sojourns.bins();
  // A sojourn equal to the limit is in time.
  const double in_time = share_up_to(bins, objective.limit + 1);
  return {binned_quantile(bins, {}, 1 - allowed).value, 1 - in_time - allowed};
}

}  // namespace

Objective parse_objective(std::string_view text) {
  const std::size_t sign = text.find('=');
  const bool has_sign = sign != std::string_view::npos && sign > 0;
  if (!has_sign || (text[sign - 1] != '<' && text[sign - 1] != '>')) {
    throw SpecError(fmt::format(
        "\"{}\" is no SLO: write it as in p99<=10ms, makespan<=2s or throughput>=1000/s.", text));
  }
  const Metric metric = parse_metric(without_blanks(text.substr(0, sign - 1)));
  const bool at_least = text[sign - 1] == '>';
  if (at_least != (metric == Metric::throughput)) {
    throw SpecError(fmt::format("\"{}\" is met by doing worse: {} has to be {} its limit.", text,
                                to_string(metric), at_least ? "at most (<=)" : "at least (>=)"));
  }
  const std::string_view limit = without_blanks(text.substr(sign + 1));
  return {metric, at_least ? parse_rate(limit) : parse_limit(limit, text)};
}

std::string to_string(const Objective& objective) {
  if (objective.metric == Metric::throughput) {
    return fmt::format("throughput>={}/s", print_real(objective.limit));
  }
  return fmt::format("{}<={}", to_string(objective.metric),
                     print_duration(Duration(std::llround(objective.limit))));
}

std::string_view to_string(Metric metric) {
  return std::ranges::find(kMetrics, metric, &Named<Metric>::value)->name;
}

double allowed_late(const Objective& objective) {
  switch (objective.metric) {
    case Metric::p50:
      return 0.5;
    case Metric::p90:
      return 0.1;
    case Metric::p99:
      return 0.01;
    default:
      return 0.001;
  }
}

Reading read(const Objective& objective, const RunRecord& record) {
  const auto makespan_ns = static_cast<double>(record.makespan.count());
  switch (objective.metric) {
    case Metric::mean: {
      const double mean_ns =
          record.sojourns ? record.sojourns->mean_ns() : mean_of(record.requests);
      return {mean_ns, mean_ns - objective.limit};
    }
    case Metric::makespan:
      return {makespan_ns, makespan_ns - objective.limit};
    case Metric::throughput: {
      const double rate =
          makespan_ns > 0 ? static_cast<double>(record.tasks) * 1e9 / makespan_ns : 0;
      return {rate, objective.limit - rate};
    }
    default:
      if (record.sojourns) return quantile_reading(objective, *record.sojourns);
      return quantile_reading(objective, record.requests);
  }
}

}  // namespace loopsteal
