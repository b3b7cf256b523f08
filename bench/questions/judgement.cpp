#include "bench/questions/judgement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"

namespace loopsteal::questions {

bool Answer::stands() const { return !claims.empty() && std::ranges::all_of(claims, &Claim::held); }

std::string text_of(double value, Unit unit) {
  switch (unit) {
    case Unit::time:
      return value == 0 ? "0" : human_time(value);
    case Unit::share:
      return human_share(value);
    case Unit::factor:
      return human_factor(value);
    case Unit::count:
      return std::abs(value) < 100 ? fmt::format("{:.3g}", value) : human_count(value);
    case Unit::none:
      break;
  }
  return fmt::format("{:.4g}", value);
}

std::string text_of(const Estimate& estimate, Unit unit) {
  return fmt::format("{} [{}, {}]", text_of(estimate.value, unit), text_of(estimate.low, unit),
                     text_of(estimate.high, unit));
}

Unit unit_of(std::string_view metric) {
  constexpr std::array kCounts = {
      "waited",           "workers_used",        "stolen_jobs",       "steals_per_task",
      "unparks_per_task", "noop_parks_per_task", "attempts_per_task", "overflows"};
  if (metric.starts_with("slowdown") || metric == "busiest_over_mean") return Unit::factor;
  return std::ranges::find(kCounts, metric) == kCounts.end() ? Unit::time : Unit::count;
}

Curve curve_of(const Evidence& evidence, std::string_view series, std::string_view metric,
               std::string name) {
  Curve curve{.name = name.empty() ? std::string(series) : std::move(name), .points = {}};
  for (const double x : evidence.places_of(series))
    curve.points.push_back({x, evidence.estimate({series, x}, metric)});
  return curve;
}

Curve theory_of(const Evidence& evidence, std::string_view series, std::string_view metric,
                std::string name) {
  Curve curve{.name = std::move(name), .points = {}, .theory = true};
  for (const double x : evidence.places_of(series)) {
    if (!evidence.has_theory({series, x}, metric)) continue;
    const double value = evidence.theory({series, x}, metric);
    curve.points.push_back({x, Estimate::exact(value)});
  }
  return curve;
}

std::vector<double> middles_of(const Evidence& evidence, std::string_view series,
                               std::string_view metric) {
  std::vector<double> values;
  for (const double x : evidence.places_of(series))
    values.push_back(evidence.estimate({series, x}, metric).value);
  return values;
}

Curve ratio_curve(const Evidence& evidence, std::string_view one, std::string_view other,
                  std::string_view metric, std::string name) {
  Curve curve{.name = std::move(name), .points = {}};
  const std::vector<double> others = evidence.places_of(other);
  for (const double x : evidence.places_of(one)) {
    if (std::ranges::find(others, x) == others.end()) continue;
    curve.points.push_back({x, evidence.ratio({one, x}, {other, x}, metric)});
  }
  return curve;
}

void add_curves(Chart& chart, const Evidence& evidence, std::span<const Side> sides,
                std::string_view metric, std::string_view suffix) {
  for (const Side& side : sides) {
    const std::string series = std::string(side.name) + std::string(suffix);
    chart.curves.push_back(curve_of(evidence, series, metric, std::string(side.name)));
  }
}

std::vector<std::string> series_of(std::span<const Side> sides, std::string_view suffix) {
  std::vector<std::string> series;
  for (const Side& side : sides) series.push_back(std::string(side.name) + std::string(suffix));
  return series;
}

AnswerTable table_of(const Evidence& evidence, std::string title, std::string_view place_title,
                     Unit place_unit, const std::vector<std::string>& series,
                     std::string_view metric) {
  AnswerTable table{.title = std::move(title), .columns = {std::string(place_title)}, .rows = {}};
  std::set<double> places;
  for (const std::string& one : series) {
    table.columns.emplace_back(one);
    for (const double x : evidence.places_of(one)) {
      places.insert(x);
      table.machine = evidence.at({one, x}).trial.machine;
    }
  }
  for (const double x : places) {
    std::vector<std::string> row = {text_of(x, place_unit)};
    for (const std::string& one : series) {
      const std::vector<double> has = evidence.places_of(one);
      const bool measured = std::ranges::find(has, x) != has.end();
      row.push_back(measured ? text_of(evidence.estimate({one, x}, metric).value, unit_of(metric))
                             : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace loopsteal::questions
