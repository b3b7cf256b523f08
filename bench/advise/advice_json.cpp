#include <cmath>

#include "bench/advise/advice_report.hpp"

namespace loopsteal {
namespace {

constexpr const char* kSchema = "loopsteal.advise/1";

Json estimate_json(const Estimate& estimate) {
  Json json;
  set_finite(json, "estimate", estimate.value);
  set_finite(json, "low", estimate.low);
  set_finite(json, "high", estimate.high);
  return json;
}

Json evidence_json(const Evidence& evidence, const std::vector<Objective>& objectives) {
  Json json{{"replications", evidence.replications()}};
  if (!evidence.error.empty()) json["error"] = evidence.error;
  json["objectives"] = Json::array();
  for (std::size_t i = 0; i < evidence.readings.size(); ++i) {
    const bool rate = objectives[i].metric == Metric::throughput;
    Json one{{"objective", to_string(objectives[i])}};
    one[rate ? "value_per_second" : "value_ns"] =
        estimate_json(evidence.estimate(i, objectives[i]));
    if (const auto late = late_share(objectives[i], evidence.excess(i))) {
      one["late_share"] = estimate_json({late->mean, late->low(), late->high()});
      one["late_share_allowed"] = allowed_late(objectives[i]);
    }
    json["objectives"].push_back(std::move(one));
  }
  return json;
}

Json candidate_json(const Candidate& candidate) {
  return {{"scheduler", candidate.scheduler}, {"workers", candidate.workers}};
}

std::string_view word_of(Standing standing) {
  switch (standing) {
    case Standing::kept:
      return "kept";
    case Standing::broken:
      return "broken";
    case Standing::open:
      return "open";
  }
  return {};
}

Json scheduler_json(const Advised& advised, const AdviceQuestion& question) {
  Json json{{"scheduler", advised.scheduler}};
  if (advised.least.workers) {
    json["workers"] = *advised.least.workers;
    json["monotone"] = advised.least.monotone;
  }
  json["verdict"] = fate_words(advised, question);
  if (advised.workers > 0) {
    json["evidence_workers"] = advised.workers;
    json["evidence"] = evidence_json(advised.evidence, question.simulation.objectives);
  }
  return json;
}

Json variation_json(const Variation& variation) {
  Json json{{"if", variation.what},
            {"choice", word_of(variation.choice)},
            {"overloaded", variation.overloaded}};
  if (variation.best) json["best"] = candidate_json(*variation.best);
  return json;
}

Json check_json(const AdviceCheck& check, const std::vector<Objective>& objectives) {
  Json json{{"seed", check.seed},
            {"passed", check.passed()},
            {"choice", evidence_json(check.choice, objectives)}};
  json["choice"]["standing"] = word_of(check.choice_standing);
  if (check.fewer) {
    json["one_worker_fewer"] = evidence_json(*check.fewer, objectives);
    json["one_worker_fewer"]["standing"] = word_of(check.fewer_standing);
    json["one_worker_fewer"]["overloaded"] = check.fewer_overloaded;
  }
  return json;
}

}  // namespace

Json to_json(const Advice& advice, const AdviceQuestion& question, const AdviceTitle& title) {
  const std::vector<Objective>& objectives = question.simulation.objectives;
  Json json{{"schema", kSchema},
            {"time", "virtual"},
            {"workload", title.workload},
            {"reference_workers", title.reference_workers},
            {"seed", question.simulation.seed},
            {"costs", question.simulation.costs.name},
            {"workers_max", question.workers_max},
            {"confidence", question.rule.confidence},
            {"objectives", Json::array()},
            {"verdict", verdict_of(advice, question)}};
  for (const Objective& objective : objectives) {
    json["objectives"].push_back(to_string(objective));
  }
  if (const auto busy = question.demand.busy_workers()) set_finite(json, "busy_workers", *busy);
  if (const auto rate = question.demand.rate()) set_finite(json, "requests_per_second", *rate);
  if (advice.choice) {
    json["choice"] = candidate_json(*advice.choice);
    json["choice"]["evidence"] = evidence_json(advice.evidence, objectives);
    json["choice"]["trustworthy"] = advice.trustworthy;
  }
  json["schedulers"] = Json::array();
  for (const Advised& advised : advice.schedulers) {
    json["schedulers"].push_back(scheduler_json(advised, question));
  }
  json["undecided"] = Json::array();
  for (const Candidate& candidate : advice.undecided) {
    json["undecided"].push_back(candidate_json(candidate));
  }
  json["variations"] = Json::array();
  for (const Variation& variation : advice.variations) {
    json["variations"].push_back(variation_json(variation));
  }
  if (advice.check) json["check"] = check_json(*advice.check, objectives);
  json["assumed"] = assumptions_of(advice, question, title);
  json["replications"] = advice.replications;
  return json;
}

}  // namespace loopsteal
