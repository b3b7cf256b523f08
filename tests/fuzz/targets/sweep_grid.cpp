// The TOML of a sweep: read, planned, and every point written and read back.
#include "bench/measure/json.hpp"
#include "bench/sweep/grid.hpp"
#include "bench/sweep/sweep_plan.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  std::vector<PlannedPoint> points;
  const bool read = accepted<SpecError>(
      input, [&] { points = read_grid(input, "grid.toml", {.workloads = catalog()}); });
  if (!read || points.size() > 100) return;
  SweepPlan plan;
  const auto make_plan = [&] { plan = plan_sweep(points, Json::object(), catalog()); };
  if (!accepted<SpecError>(input, make_plan)) return;
  for (const SweepPlan::Entry& entry : plan.entries) {
    const Json written = to_json(entry.planned);
    const Json again = to_json(planned_point_from_json(Json::parse(to_line(written))));
    expect(again == written, "a planned point that is written reads as another one");
    expect(entry.id == id_of(again, plan.program), "a planned point has another id when read");
  }
}

const Target target("sweep_grid", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
