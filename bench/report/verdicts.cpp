#include "bench/report/verdicts.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/measure/findings.hpp"
#include "bench/measure/verdict_words.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

// The bootstrap's, as `compare` has it by default: the same file, the same intervals.
constexpr std::uint64_t kSeed = 1;

using Condition = std::tuple<std::string, std::string, std::string>;

Condition condition_of(const Row& row) { return {row.machine, row.costs, row.size}; }

std::vector<Condition> conditions_of(const std::vector<Row>& rows) {
  std::vector<Condition> found;
  for (const Row& row : rows) {
    if (std::ranges::find(found, condition_of(row)) == found.end())
      found.push_back(condition_of(row));
  }
  return found;
}

std::string_view verdict_of(const ReportLine& line, bool baseline) {
  if (!line.fine()) return "failed";
  if (baseline) return "baseline";
  if (!line.deciding()) return "undecided";
  return to_string(line.deciding()->verdict);
}

// Of the whole table: the baseline's line has no comparison that could tell.
DecidingMetric metric_of(const ReportTable& table) {
  if (!table.has_requests()) return DecidingMetric::makespan;
  return table.has_estimates() ? DecidingMetric::mean_sojourn : DecidingMetric::p99_sojourn;
}

double time_of(const ReportLine& line, DecidingMetric metric) {
  switch (metric) {
    case DecidingMetric::makespan:
      return line.time_ns;
    case DecidingMetric::p99_sojourn:
      return static_cast<double>(line.sojourn.quantile_ns(0.99));
    case DecidingMetric::mean_sojourn:
      break;
  }
  return line.estimate ? line.estimate->mean : line.sojourn.mean_ns();
}

std::string error_of(const ReportLine& line) {
  if (line.wrong_answers > 0) return fmt::format("{} wrong answers", line.wrong_answers);
  return fmt::format("{}", fmt::join(line.errors, "; "));
}

// One run alone has no interval, and exact numbers need none: then its ends are null.
Json ratio_json(const Comparison& comparison) {
  const Estimate& ratio = comparison.ratio;
  if (comparison.exact || !std::isfinite(ratio.high))
    return {{"value", ratio.value}, {"low", nullptr}, {"high", nullptr}};
  return {{"value", ratio.value}, {"low", ratio.low}, {"high", ratio.high}};
}

Json line_json(const ReportTable& table, const ReportLine& line, const std::string& baseline) {
  const DecidingMetric metric = metric_of(table);
  Json json = {{"workload", table.workload_spec},
               {"scheduler", line.scheduler_spec},
               {"workers", line.workers},
               {"measure", to_string(metric)},
               {"runs", line.runs},
               {"exact", exact_words(table.workload_spec, line)},
               {"time_ns", nullptr},
               {"ratio", nullptr},
               {"verdict", nullptr},
               {"words", nullptr},
               {"error", error_of(line)}};
  if (line.fine()) json["time_ns"] = time_of(line, metric);
  if (line.fine() && line.deciding()) {
    json["ratio"] = ratio_json(*line.deciding());
    json["words"] = verdict_words(line.deciding_metric(), *line.deciding());
  }
  json["verdict"] = verdict_of(line, line.scheduler_spec == baseline);
  return json;
}

}  // namespace

std::vector<VerdictGroup> verdicts_of(const std::vector<Row>& rows) {
  std::vector<VerdictGroup> groups;
  for (const Condition& condition : conditions_of(rows)) {
    std::set<std::uint32_t> counts;
    for (const Row& row : rows) {
      if (condition_of(row) == condition && !has_one_worker(row.scheduler))
        counts.insert(row.workers);
    }
    for (const std::uint32_t workers : counts) {
      std::vector<Row> like;
      std::ranges::copy_if(rows, std::back_inserter(like), [&](const Row& row) {
        return condition_of(row) == condition &&
               (row.workers == workers || has_one_worker(row.scheduler));
      });
      const auto& [machine, costs, size] = condition;
      VerdictGroup group{machine, costs, size, workers, make_report(like, {}, {}, kSeed)};
      if (group.report.compares()) groups.push_back(std::move(group));
    }
  }
  return groups;
}

Json to_json(const VerdictGroup& group, std::size_t source) {
  Json json = {{"source", source},
               {"clock", group.machine == "sim" ? "virtual" : "real"},
               {"costs", group.costs},
               {"size", group.size},
               {"workers", group.workers},
               {"baseline", group.report.baseline},
               {"findings", findings(group.report)},
               {"caveats", caveats(group.report)},
               {"lines", Json::array()}};
  for (const ReportTable& table : group.report.tables) {
    for (const ReportLine& line : table.lines) {
      json["lines"].push_back(line_json(table, line, group.report.baseline));
    }
  }
  return json;
}

}  // namespace loopsteal
