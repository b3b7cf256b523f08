// The plan of a sweep, as `sweep run` reads it. "@PROGRAM@" stands for this program.
#include "bench/sweep/sweep_plan.hpp"

#include "bench/measure/results_file.hpp"
#include "sched/core/config/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

// Ids hash the program, so those of the corpus are never right: the points are read without.
void read_points(const Json& document) {
  if (!document.is_object() || !document.contains("points")) return;
  const Json points = document["points"];
  if (!points.is_array()) return;
  for (const Json& point : points) {
    const auto read = [&] {
      const PlannedPoint planned = planned_point_from_json(point);
      static_cast<void>(id_of(to_json(planned), "program"));
    };
    accepted<SpecError>(to_line(point), read);
  }
}

void fuzz_one(std::string_view input) {
  constexpr std::string_view kProgram = "@PROGRAM@";
  std::string text(input);
  if (const std::size_t at = text.find(kProgram); at != std::string::npos)
    text.replace(at, kProgram.size(), program_version());
  const std::string path = write_input("plan.json", text);
  accepted<ResultsError, SpecError>(input, [&] { static_cast<void>(read_plan(path, catalog())); });
  accepted<ResultsError, SpecError>(
      input, [&] { read_points(Json::parse(read_json_file(path).text, nullptr, false)); });
}

const Target target("sweep_plan", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
