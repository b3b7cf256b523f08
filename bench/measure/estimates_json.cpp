#include "bench/measure/estimates_json.hpp"

#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/json_read.hpp"
#include "bench/statistics/histogram.hpp"

namespace loopsteal {
namespace {

void add_interval(Json& json, std::string_view name, const std::optional<Interval>& interval) {
  if (interval) set_finite(json, fmt::format("{}_ci95_ns", name), interval->half_width);
}

void add_theory(Json& json, const Estimates& estimates) {
  const theory::Prediction& theory = *estimates.theory;
  json["theory"] = theory.name;
  json["theory_exact"] = theory.exact;
  if (theory.sojourn_mean) set_finite(json, "theory_sojourn_mean_ns", *theory.sojourn_mean);
  if (theory.wait_mean) set_finite(json, "theory_wait_mean_ns", *theory.wait_mean);
  if (theory.sojourn_p99) set_finite(json, "theory_sojourn_p99_ns", *theory.sojourn_p99);
  if (theory.sojourn_mean && estimates.sojourn_mean) {
    set_finite(json, "theory_sojourn_mean_deviation",
               estimates.sojourn_mean->mean / *theory.sojourn_mean - 1);
  }
}

std::string_view to_string(Regime regime) {
  return regime == Regime::steady ? "steady_state" : "terminating";
}

// The interval where the run is long enough for it, else the requests that it needs.
void add_quantile(Json& json, const SojournQuantile& quantile) {
  const std::string name = "sojourn_" + quantile_name(quantile.q);
  if (!quantile.trustworthy()) {
    json[name + "_requests_needed"] = quantile.requests_needed;
    return;
  }
  set_finite(json, name + "_ci95_low_ns", quantile.interval.low);
  set_finite(json, name + "_ci95_high_ns", quantile.interval.high);
  set_finite(json, name + "_ci95_ns", (quantile.interval.high - quantile.interval.low) / 2);
}

std::optional<Interval> read_interval(const Json& json, const std::string& name, double mean,
                                      std::uint32_t n) {
  const std::string half_width = fmt::format("{}_ci95_ns", name);
  if (!json.contains(half_width)) return std::nullopt;
  return Interval{.mean = mean, .half_width = required<double>(json, half_width), .n = n};
}

std::optional<double> read_optional(const Json& json, const std::string& name) {
  if (!json.contains(name)) return std::nullopt;
  return required<double>(json, name);
}

// An interval that is absent has no end: one run of a finite input gives none.
Interval read_interval_of(const Json& json, const std::string& name, double mean, std::uint32_t n) {
  return read_interval(json, name, mean, n)
      .value_or(Interval{mean, std::numeric_limits<double>::infinity(), 1});
}

void read_quantiles(Estimates& estimates, const Json& json) {
  for (const double q : kReportedQuantiles) {
    const std::string name = "sojourn_" + quantile_name(q);
    SojournQuantile quantile{.q = q, .interval = {}};
    if (json.contains(name + "_requests_needed")) {
      quantile.requests_needed = required<std::uint64_t>(json, name + "_requests_needed");
    } else if (json.contains(name + "_ci95_low_ns")) {
      quantile.interval.value = required<double>(json, name + "_ns");
      quantile.interval.low = required<double>(json, name + "_ci95_low_ns");
      quantile.interval.high = read_optional(json, name + "_ci95_high_ns")
                                   .value_or(std::numeric_limits<double>::infinity());
    } else {
      continue;
    }
    estimates.sojourn_quantiles.push_back(quantile);
  }
}

}  // namespace

std::string quantile_name(double q) {
  return fmt::format("p{}", q == 0.999 ? std::string("999") : fmt::format("{:.0f}", 100 * q));
}

void add_estimates(Json& json, const Estimates& estimates) {
  json["regime"] = to_string(estimates.regime);
  json["estimand"] = estimates.estimand;
  json["replications"] = estimates.replications;
  json["warmup_deleted"] = estimates.warmup_deleted;
  if (estimates.requests_needed == 0) {
    add_interval(json, "sojourn_mean", estimates.sojourn_mean);
    add_interval(json, "wait_mean", estimates.wait_mean);
  } else {
    json["sojourn_mean_requests_needed"] = estimates.requests_needed;
  }
  for (const SojournQuantile& quantile : estimates.sojourn_quantiles) add_quantile(json, quantile);
  add_interval(json, "makespan", estimates.makespan);
  if (estimates.precision_asked) json["precision_asked"] = *estimates.precision_asked;
  set_finite(json, "precision_reached", estimates.precision_reached);
  json["trustworthy"] = estimates.trustworthy;
  if (estimates.theory) add_theory(json, estimates);
  if (!estimates.by_replication.empty()) json["by_replication_ns"] = estimates.by_replication;
}

Estimates estimates_from_json(const Json& json) {
  Estimates estimates;
  estimates.estimand = required<std::string>(json, "estimand");
  // Results of before 0.2.0 have no regime; requests on their own were a steady state then.
  const bool steady = json.contains("regime")
                          ? required<std::string>(json, "regime") == "steady_state"
                          : json.contains("sojourn_mean_ci95_ns");
  estimates.regime = steady ? Regime::steady : Regime::terminating;
  estimates.replications = required<std::uint32_t>(json, "replications");
  estimates.warmup_deleted = required<std::uint64_t>(json, "warmup_deleted");
  const std::uint32_t n = estimates.replications;
  for (const auto& [name, member] :
       {std::pair{std::string("sojourn_mean"), &Estimates::sojourn_mean},
        std::pair{std::string("wait_mean"), &Estimates::wait_mean}}) {
    if (!json.contains(name + "_ns")) continue;
    estimates.*member = read_interval_of(json, name, required<double>(json, name + "_ns"), n);
  }
  if (json.contains("sojourn_mean_requests_needed"))
    estimates.requests_needed = required<std::uint64_t>(json, "sojourn_mean_requests_needed");
  read_quantiles(estimates, json);
  if (json.contains("makespan_ci95_ns"))
    estimates.makespan = read_interval(json, "makespan", required<double>(json, "makespan_ns"), n);
  estimates.precision_asked = read_optional(json, "precision_asked");
  estimates.precision_reached = read_optional(json, "precision_reached").value_or(0);
  estimates.trustworthy = required<bool>(json, "trustworthy");
  if (json.contains("by_replication_ns"))
    estimates.by_replication = required<std::vector<double>>(json, "by_replication_ns");
  if (json.contains("theory")) {
    estimates.theory =
        theory::Prediction{.name = required<std::string>(json, "theory"),
                           .wait_mean = read_optional(json, "theory_wait_mean_ns"),
                           .sojourn_mean = read_optional(json, "theory_sojourn_mean_ns"),
                           .sojourn_p50 = {},
                           .sojourn_p99 = read_optional(json, "theory_sojourn_p99_ns"),
                           .probability_of_wait = {},
                           .exact = required<bool>(json, "theory_exact"),
                           .note = {}};
  }
  return estimates;
}

}  // namespace loopsteal
