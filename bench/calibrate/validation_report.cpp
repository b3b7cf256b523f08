#include "bench/calibrate/validation_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"

namespace loopsteal {
namespace {

Cell error_cell(std::optional<double> error, double band) {
  if (!error) return {};
  const bool inside = std::abs(*error) <= band;
  return {fmt::format("{:+.1f} %", *error * 100), band == 0 ? Colour::faint
                                                  : inside  ? Colour::good
                                                            : Colour::bad};
}

Cell time_cell(std::optional<double> ns) { return {ns ? human_time(*ns) : ""}; }

std::string cells_text(const Validation& validation, TableStyle style, bool colour) {
  TextTable table({{"cell"},
                   {"simulated", Align::right},
                   {"measured", Align::right},
                   {"error", Align::right},
                   {"p50 sim", Align::right},
                   {"p50", Align::right},
                   {"error", Align::right},
                   {"p99 sim", Align::right},
                   {"p99", Align::right},
                   {"error", Align::right}});
  for (const ValidatedCell& each : validation.cells) {
    table.add({{each.cell.name()},
               time_cell(each.simulated.makespan_ns),
               time_cell(each.measured.makespan_ns),
               each.cell.by_arrivals ? Cell{"arrivals", Colour::faint}
                                     : error_cell(each.makespan_error(), validation.gate.makespan),
               time_cell(each.simulated.p50_ns),
               time_cell(each.measured.p50_ns),
               error_cell(each.p50_error(), validation.gate.p50),
               time_cell(each.simulated.p99_ns),
               time_cell(each.measured.p99_ns),
               error_cell(each.p99_error(), 0)});
  }
  return table.render(style, colour);
}

std::string tornado_text(std::span<const Sensitivity> tornado, TableStyle style, bool colour) {
  TextTable table({{"cost"}, {"mean", Align::right}, {"largest", Align::right}, {"in"}});
  for (const Sensitivity& each : tornado) {
    table.add({{each.entry},
               {fmt::format("{:.3f}", each.mean)},
               {fmt::format("{:+.3f}", each.largest)},
               {each.where}});
  }
  return table.render(style, colour);
}

std::string verdict_of(double error, double band) {
  return fmt::format("{:.1f} % (at most {:.0f} %): {}", error * 100, band * 100,
                     error <= band ? "passed" : "FAILED");
}

std::string side_of(int one_side) {
  return one_side == 0  ? ""
         : one_side < 0 ? ", every cell too fast: the machine is slower now"
                        : ", every cell too slow: the machine is faster now";
}

std::string other_text(const Validation& validation) {
  if (!validation.other) return {};
  const OtherCosts& other = *validation.other;
  if (!other.refused.empty())
    return fmt::format("The kept costs predict nothing of these runs. {}\n", other.refused);
  return fmt::format("With the costs that are kept, {}, makespan {:.1f} % and p50 {:.1f} %{}.\n",
                     other.name, other.makespan_error * 100, other.p50_error * 100,
                     side_of(other.one_side));
}

/// Remedy for a failure that is not the model's.
std::string advice_on(const Validation& validation) {
  const int side = validation.one_side();
  const bool found_today = validation.other.has_value();
  if (validation.passes() || side == 0 || found_today) return {};
  return fmt::format(
      "Every cell was predicted too {}, as if this machine is now {} than when these costs were "
      "measured, or another one: `loopsteal calibrate` measures them again.\n",
      side < 0 ? "fast" : "slow", side < 0 ? "slower" : "faster");
}

Json figures_json(const RunFigures& figures) {
  Json json;
  set_finite(json, "makespan_ns", figures.makespan_ns);
  if (figures.p50_ns) set_finite(json, "sojourn_p50_ns", *figures.p50_ns);
  if (figures.p99_ns) set_finite(json, "sojourn_p99_ns", *figures.p99_ns);
  return json;
}

Json cell_json(const ValidatedCell& each) {
  const Point& point = each.cell.point;
  Json json = {{"scheduler", to_string(point.scheduler)},
               {"workload", to_string(point.workload)},
               {"workers", point.workers},
               {"by_arrivals", each.cell.by_arrivals},
               {"simulated", figures_json(each.simulated)},
               {"measured", figures_json(each.measured)}};
  if (const auto error = each.makespan_error()) set_finite(json, "makespan_error", *error);
  if (const auto error = each.p50_error()) set_finite(json, "p50_error", *error);
  if (const auto error = each.p99_error()) set_finite(json, "p99_error", *error);
  return json;
}

}  // namespace

std::string render(const Validation& validation, std::span<const Sensitivity> tornado,
                   const std::string& costs, TableStyle style, bool colour) {
  return fmt::format(
      "Virtual time with the costs {} against {}, the worst first\n\n{}\n"
      "arrivals: requests arrive when they arrive, so the makespan says nothing.\n\n"
      "What the predictions hang on: by how many per cent the answer grows when a cost grows by "
      "one\n\n{}\nMedian error of {} cells: makespan {}; p50 {}.\n{}{}",
      costs, validation.measured_on, cells_text(validation, style, colour),
      tornado_text(tornado, style, colour), validation.cells.size(),
      verdict_of(validation.makespan_error(), validation.gate.makespan),
      verdict_of(validation.p50_error(), validation.gate.p50), advice_on(validation),
      other_text(validation));
}

Json to_json(const Validation& validation, std::span<const Sensitivity> tornado,
             const std::string& costs) {
  Json json = {{"costs", costs},
               {"measured_on", validation.measured_on},
               {"cells", Json::array()},
               {"sensitivities", Json::array()}};
  for (const ValidatedCell& each : validation.cells) json["cells"].push_back(cell_json(each));
  for (const Sensitivity& each : tornado) {
    json["sensitivities"].push_back({{"cost", each.entry},
                                     {"elasticity_mean", each.mean},
                                     {"elasticity_largest", each.largest},
                                     {"largest_in", each.where}});
  }
  set_finite(json, "makespan_error_median", validation.makespan_error());
  json["makespan_error_allowed"] = validation.gate.makespan;
  set_finite(json, "p50_error_median", validation.p50_error());
  json["p50_error_allowed"] = validation.gate.p50;
  json["one_side"] = validation.one_side();
  json["passed"] = validation.passes();
  if (const auto& other = validation.other) {
    json["other_costs"] = {{"costs", other->name}, {"one_side", other->one_side}};
    if (other->refused.empty()) {
      set_finite(json["other_costs"], "makespan_error_median", other->makespan_error);
      set_finite(json["other_costs"], "p50_error_median", other->p50_error);
    } else {
      json["other_costs"]["refused"] = other->refused;
    }
  }
  return json;
}

}  // namespace loopsteal
