// The TOML of a sweep: read, planned, and every point written and read back.
#include "bench/measure/json.hpp"
#include "bench/measure/memory_forecast.hpp"
#include "bench/sweep/grid.hpp"
#include "bench/sweep/sweep_plan.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

void fuzz_one(std::string_view input) {
  // A few lines may name a million points, which take long here.
  const GridReading reading{
      .workloads = catalog(),
      .memory = AvailableMemory{.bytes = 1 << 23, .bound_by = "the limit of the fuzz target"}};
  std::vector<PlannedPoint> points;
  const bool read = accepted<SpecError, MemoryShortage>(
      input, [&] { points = read_grid(input, "grid.toml", reading); });
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
