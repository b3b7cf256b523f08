#include "bench/sweep/planned_point.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/bench/sweep/folder.hpp"

namespace loopsteal {
namespace {

PlannedPoint sample() {
  PlannedPoint planned{.point = {.scheduler = parse_spec("work_stealing:steal=one"),
                                 .workload = parse_spec("requests:load=0.5"),
                                 .machine = "sim",
                                 .workers = 16,
                                 .seed = 3,
                                 .size = Size::full,
                                 .costs = parse_costs("zero,wake_up=1us"),
                                 .precision = 0.01,
                                 .requests = 1000},
                       .repetitions = 4,
                       .repetition_index = 2};
  planned.search = SloSearch{.slo = parse_slo("p99.9<=2.5ms"), .load_low = 0.1};
  return planned;
}

TEST(PlannedPoint, ReadsBackAsItWas) {
  const Json json = to_json(sample());
  EXPECT_EQ(to_json(planned_point_from_json(json)), json);
  EXPECT_EQ(planned_point_from_json(json).search, sample().search);
}

TEST(PlannedPoint, HasTheIdOfItsContentAndTheProgram) {
  // FNV-1a of "p\n{}", computed elsewhere: ids must not change by chance.
  EXPECT_EQ(id_of(Json::object(), "p"), "f6710d0f97981be3");
  const Json json = to_json(sample());
  EXPECT_EQ(id_of(json, "a"), id_of(json, "a"));
  EXPECT_NE(id_of(json, "a"), id_of(json, "b"));
  for (const auto& [key, value] : json.items()) {
    Json other = json;
    other[key] = "changed";
    EXPECT_NE(id_of(other, "a"), id_of(json, "a")) << key;
  }
}

TEST(PlannedPoint, ThreadsChangeNothing) {
  PlannedPoint planned = sample();
  planned.point.threads = 8;
  EXPECT_EQ(to_json(planned), to_json(sample()));
}

TEST(PlannedPoint, AFileThatIsReadIsPartOfIt) {
  const testing::Folder folder;
  const std::string path = folder / "trace.csv";
  PlannedPoint planned = sample();
  planned.point.workload = parse_spec("requests:trace=" + path);
  const auto with = [&](std::string_view text) {
    std::ofstream(path) << text;
    return id_of(to_json(planned), "a");
  };
  const std::string before = with("arrival_s,service_s\n0,1\n");
  EXPECT_NE(with("arrival_s,service_s\n0,2\n"), before);
  EXPECT_EQ(with("arrival_s,service_s\n0,1\n"), before);
}

TEST(PlannedPoint, RefusesWhatIsNone) {
  for (const char* field : {"scheduler", "workload", "machine", "workers", "seed", "costs"}) {
    Json json = to_json(sample());
    json.erase(field);
    EXPECT_THROW(static_cast<void>(planned_point_from_json(json)), SpecError) << field;
  }
  Json json = to_json(sample());
  json["size"] = "huge";
  EXPECT_THROW(static_cast<void>(planned_point_from_json(json)), SpecError);
}

}  // namespace
}  // namespace loopsteal
