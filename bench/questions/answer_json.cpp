#include "bench/questions/answer_json.hpp"

#include <cmath>
#include <string>

namespace loopsteal::questions {
namespace {

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::time:
      return "ns";
    case Unit::share:
      return "share";
    case Unit::factor:
      return "factor";
    case Unit::count:
      return "count";
    case Unit::none:
      break;
  }
  return "none";
}

Json to_json(const Estimate& estimate) {
  Json json = Json::object();
  set_finite(json, "value", estimate.value);
  set_finite(json, "low", estimate.low);
  set_finite(json, "high", estimate.high);
  return json;
}

Json to_json(const Effect& effect) {
  Json json = {{"what", effect.what}, {"machine", effect.machine}, {"unit", name_of(effect.unit)}};
  json.update(to_json(effect.estimate));
  return json;
}

Json to_json(const Claim& claim) {
  return {{"what", claim.what}, {"held", claim.held}, {"found", claim.found}};
}

Json to_json(const Curve& curve) {
  Json points = Json::array();
  for (const CurvePoint& point : curve.points) {
    Json one = {{"x", point.x}};
    one.update(to_json(point.y));
    points.push_back(std::move(one));
  }
  return {{"name", curve.name}, {"theory", curve.theory}, {"points", std::move(points)}};
}

Json to_json(const Chart& chart) {
  Json curves = Json::array();
  for (const Curve& curve : chart.curves) curves.push_back(to_json(curve));
  return {{"name", chart.name},       {"title", chart.title},
          {"machine", chart.machine}, {"kind", chart.kind == ChartKind::bars ? "bars" : "lines"},
          {"x_label", chart.x_label}, {"x_unit", name_of(chart.x_unit)},
          {"y_label", chart.y_label}, {"y_unit", name_of(chart.y_unit)},
          {"log_x", chart.log_x},     {"log_y", chart.log_y},
          {"groups", chart.groups},   {"curves", std::move(curves)}};
}

Json to_json(const AnswerTable& table) {
  return {{"title", table.title},
          {"machine", table.machine},
          {"columns", table.columns},
          {"rows", table.rows}};
}

// A trial with everything needed to repeat it, and its results.
Json to_json(const Result& result) {
  const Trial& trial = result.trial;
  Json json = {{"series", trial.series},
               {"x", trial.x},
               {"machine", trial.machine},
               {"scheduler_spec", trial.scheduler},
               {"workload_spec", trial.workload},
               {"workers", trial.workers},
               {"seed", result.seed},
               {"repetitions", trial.repetitions}};
  if (!trial.program.empty()) {
    json["program"] = trial.program;
    json["words"] = trial.words;
  }
  if (trial.is_virtual()) json["costs"] = trial.costs;
  if (trial.shuffle_ties != 0) json["shuffle_ties"] = trial.shuffle_ties;
  if (!result.theory.empty()) {
    json["theory"] = result.theory;
    json["theory_exact"] = result.theory_exact;
  }
  Json values = Json::object();
  for (const auto& [name, numbers] : result.values) values[name] = numbers;
  json["values"] = std::move(values);
  if (!result.hashes.empty()) json["trace_hashes"] = result.hashes;
  if (!result.trace.empty()) json["trace"] = result.trace;
  return json;
}

template <class List>
Json array_of(const List& list) {
  Json json = Json::array();
  for (const auto& one : list) json.push_back(to_json(one));
  return json;
}

Result result_of(const Json& json) {
  Result result;
  Trial& trial = result.trial;
  json.at("series").get_to(trial.series);
  json.at("x").get_to(trial.x);
  json.at("machine").get_to(trial.machine);
  json.at("scheduler_spec").get_to(trial.scheduler);
  json.at("workload_spec").get_to(trial.workload);
  json.at("workers").get_to(trial.workers);
  json.at("seed").get_to(result.seed);
  json.at("repetitions").get_to(trial.repetitions);
  trial.program = json.value("program", "");
  trial.words = json.value("words", "asyncio");
  trial.costs = json.value("costs", "zero");
  trial.shuffle_ties = json.value("shuffle_ties", std::uint64_t{0});
  result.theory = json.value("theory", "");
  result.theory_exact = json.value("theory_exact", false);
  for (const auto& [name, numbers] : json.at("values").items())
    result.values[name] = numbers.get<std::vector<double>>();
  if (json.contains("trace_hashes")) json.at("trace_hashes").get_to(result.hashes);
  result.trace = json.value("trace", "");
  return result;
}

}  // namespace

Json to_json(const Question& question) {
  return {{"id", question.id},
          {"title", question.title},
          {"hypothesis", question.hypothesis},
          {"experiment", question.experiment},
          {"metric", question.metric},
          {"rule", question.rule},
          {"background", question.background},
          {"sources", question.sources},
          {"vary", question.vary}};
}

Json to_json(const Question& question, const Answer& answer, const Evidence& evidence) {
  Json json = to_json(question);
  json["verdict"] = answer.verdict;
  json["stands"] = answer.stands();
  json["effects"] = array_of(answer.effects);
  json["holds_for"] = answer.holds_for;
  json["flips_where"] = answer.flips_where;
  json["claims"] = array_of(answer.claims);
  json["tables"] = array_of(answer.tables);
  json["charts"] = array_of(answer.charts);
  json["trials"] = array_of(evidence.results());
  return json;
}

Evidence evidence_of(const Json& answer) {
  std::vector<Result> results;
  for (const Json& trial : answer.at("trials")) results.push_back(result_of(trial));
  return Evidence(std::move(results));
}

}  // namespace loopsteal::questions
