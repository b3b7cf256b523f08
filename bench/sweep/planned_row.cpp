#include "bench/sweep/planned_row.hpp"

#include <algorithm>
#include <utility>

#include "bench/measure/measure.hpp"
#include "bench/measure/row_json.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/theory_beside.hpp"

namespace loopsteal {
namespace {

// What measures points until it is told to stop.
class Measuring {
 public:
  Measuring(const PlannedPoint& planned, const WorkloadCatalog& workloads, unsigned threads,
            const std::function<bool()>& stop)
      : planned_(planned), workloads_(workloads), threads_(threads), stop_(stop) {}

  // Nothing if it was stopped: what came out by then says less than was asked.
  std::optional<Row> measure_point(Point point) {
    point.threads = threads_;
    if (asked_to_stop()) return std::nullopt;
    Row row = measure(point, workloads_, nullptr, [this] { return asked_to_stop(); });
    if (stopped_) return std::nullopt;
    add_theory(row, point, workloads_);
    row.repetitions = planned_.repetitions;
    row.repetition_index = planned_.repetition_index;
    return row;
  }

  // The same at a load, with as many requests as it takes.
  std::optional<Row> measure_at(double load) {
    Point point = with_load(load);
    if (point.requests != 0) return measure_point(point);
    try {
      point.requests = plan_runs(point, workloads_, planned_.repetitions).requests;
    } catch (const SpecError& error) {
      // The search has got to a load at which the run is too short: that fails this row alone.
      Row row = row_for(point, workloads_.named(point.workload.name));
      row.error = error.what();
      return row;
    }
    return measure_point(point);
  }

  Point with_load(double load) const {
    Point point = planned_.point;
    point.workload.settings.emplace_back("load", print_real(load));
    return checked(point, workloads_);  // In canonical form, as every row's.
  }

 private:
  bool asked_to_stop() {
    stopped_ = stopped_ || (stop_ && stop_());
    return stopped_;
  }

  const PlannedPoint& planned_;
  const WorkloadCatalog& workloads_;
  unsigned threads_;
  const std::function<bool()>& stop_;
  bool stopped_ = false;  // Written by whichever thread asks; one at a time does.
};

// What the row's name leaves out: so that whoever draws rows need not know the defaults.
void add_settings(Json& json, const Point& point, const WorkloadCatalog& workloads) {
  const std::optional<OpenLoop> loop = open_loop_of(point, workloads);
  if (loop) set_finite(json, "load", loop->load);
  Json knobs = Json::object();
  for (const KnobRow& knob : workloads.named(point.workload.name).knobs(point.size)) {
    knobs[knob.name] = knob.default_value;
  }
  for (const auto& [key, value] : point.workload.settings) knobs[key] = value;
  json["workload_knobs"] = std::move(knobs);
}

void add_finding(Json& json, const SloSearch& search, const SloFinding& finding) {
  json["slo"] = to_string(search.slo);
  json["slo_met"] = finding.load.has_value();
  if (finding.load) json["slo_load"] = *finding.load;
  if (finding.broken_at) json["slo_broken_load"] = *finding.broken_at;
  if (const auto value = sojourn_statistic_of(finding.row, search.slo.statistic)) {
    json["slo_value_ns"] = *value;
  }
  json["slo_load_bounds"] = {search.load_low, search.load_high};
  json["slo_load_width"] = search.width;
  Json trials = Json::array();
  for (const SloTrial& trial : finding.trials) trials.push_back({trial.load, trial.value_ns});
  json["slo_trials"] = std::move(trials);
}

std::optional<Json> search_row(const PlannedPoint& planned, const WorkloadCatalog& workloads,
                               Measuring& measuring) {
  const SloSearch& search = *planned.search;
  const auto finding = find_load(search, [&](double load) { return measuring.measure_at(load); });
  if (!finding) return std::nullopt;
  Json json = to_json(finding->row);
  if (finding->row.failed() || !finding->row.answer_ok) return json;
  const double load = finding->load.value_or(search.load_low);
  add_settings(json, measuring.with_load(load), workloads);
  add_finding(json, search, *finding);
  return json;
}

}  // namespace

std::optional<Json> measure_planned(const PlannedPoint& planned, const WorkloadCatalog& workloads,
                                    unsigned threads, const std::function<bool()>& stop) {
  Measuring measuring(planned, workloads, threads, stop);
  if (planned.search) return search_row(planned, workloads, measuring);
  const std::optional<Row> row = measuring.measure_point(planned.point);
  if (!row) return std::nullopt;
  Json json = to_json(*row);
  if (!row->failed()) add_settings(json, planned.point, workloads);
  return json;
}

}  // namespace loopsteal
