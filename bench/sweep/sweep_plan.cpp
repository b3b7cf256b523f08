#include "bench/sweep/sweep_plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/measure.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/measure/steady_state.hpp"

namespace loopsteal {
namespace {

constexpr const char* kPointsKey = "points";

bool needs_requests(const PlannedPoint& planned) {
  return planned.point.is_virtual() && planned.point.requests == 0 && !planned.search;
}

// Returns what the longest one takes, for people.
std::string plan_requests(std::vector<PlannedPoint>& points, const WorkloadCatalog& workloads) {
  std::string forecast;
  std::uint64_t longest = 0;
  std::map<std::string, std::uint64_t> most;  // By workload.
  std::vector<PlannedPoint*> open;
  for (PlannedPoint& planned : points) {
    if (!needs_requests(planned)) continue;
    const RunPlan plan = plan_runs(planned.point, workloads, planned.repetitions);
    const std::string workload = to_string(planned.point.workload);
    most[workload] = std::max(most[workload], plan.requests);
    open.push_back(&planned);
    if (plan.requests <= longest || plan.forecast.empty()) continue;
    longest = plan.requests;
    forecast = fmt::format("the longest point is {} on {}: {}", workload,
                           to_string(planned.point.scheduler), plan.forecast);
  }
  for (PlannedPoint* planned : open) {
    planned->point.requests = most[to_string(planned->point.workload)];
  }
  return forecast;
}

[[noreturn]] void reject_point(const std::string& path, std::size_t index, std::string_view what) {
  throw ResultsError(fmt::format("{}: point {}: {}.", path, index + 1, what));
}

PlannedPoint read_point(const Json& json, const std::string& path, std::size_t index,
                        const WorkloadCatalog& workloads) {
  try {
    PlannedPoint planned = planned_point_from_json(json);
    planned.point = checked(planned.point, workloads);
    return planned;
  } catch (const SpecError& error) {
    reject_point(path, index, error.what());
  }
}

}  // namespace

SweepPlan plan_sweep(std::vector<PlannedPoint> points, const Json& context,
                     const WorkloadCatalog& workloads) {
  SweepPlan plan{.program = program_version(), .context = context, .entries = {}, .forecast = {}};
  plan.forecast = plan_requests(points, workloads);
  for (PlannedPoint& planned : points) {
    plan.entries.push_back({id_of(to_json(planned), plan.program), std::move(planned)});
  }
  return plan;
}

void write_plan(const SweepPlan& plan, Output& output) {
  output.write(fmt::format("{{\n\"schema\": \"{}\",\n\"program\": {},\n\"context\": {},\n\"{}\": [",
                           kPlanSchemaName, to_line(plan.program), to_line(plan.context),
                           kPointsKey));
  bool first = true;
  for (const SweepPlan::Entry& entry : plan.entries) {
    Json json{{"id", entry.id}};
    json.update(to_json(entry.planned));
    output.write((first ? "\n" : ",\n") + to_line(json));
    first = false;
  }
  output.write("\n]\n}\n");
}

SweepPlan read_plan(const std::string& path, const WorkloadCatalog& workloads) {
  const Json json = Json::parse(read_json_file(path).text, nullptr, false);
  const bool shaped = json.is_object() && json.contains("schema") && json.contains("program") &&
                      json["program"].is_string() && json.contains("context") &&
                      json["context"].is_object() && json.contains(kPointsKey) &&
                      json[kPointsKey].is_array();
  if (!shaped || json["schema"] != kPlanSchemaName) {
    throw ResultsError(
        fmt::format("{} is no plan of the schema {}: `loopsteal sweep plan` makes one.", path,
                    kPlanSchemaName));
  }
  SweepPlan plan{
      .program = json["program"], .context = json["context"], .entries = {}, .forecast = {}};
  if (plan.program != program_version()) {
    throw SpecError(fmt::format("{} was planned by {}, and this is {}: plan it anew.", path,
                                plan.program, program_version()));
  }
  for (const Json& point : json[kPointsKey]) {
    const std::size_t index = plan.entries.size();
    PlannedPoint planned = read_point(point, path, index, workloads);
    std::string id = id_of(to_json(planned), plan.program);
    if (point.value("id", Json()) != id) {
      throw SpecError(fmt::format(
          "{}: point {} ({} on {}) is not what it was when it was planned: it was "
          "edited, or a file that it names was. Plan it anew.",
          path, index + 1, to_string(planned.point.workload), to_string(planned.point.scheduler)));
    }
    plan.entries.push_back({std::move(id), std::move(planned)});
  }
  return plan;
}

bool same_points(const SweepPlan& one, const SweepPlan& other) {
  return std::ranges::equal(one.entries, other.entries, {}, &SweepPlan::Entry::id,
                            &SweepPlan::Entry::id);
}

}  // namespace loopsteal
