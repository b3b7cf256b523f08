#include "tests/fuzz/small_run.hpp"

#include <algorithm>

#include "bench/measure/measure.hpp"
#include "bench/measure/run_once.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

constexpr Duration kLongest = std::chrono::milliseconds(1);

bool is_short(std::string_view value, std::int64_t largest) {
  try {
    return parse_integer(value, {}) <= largest;
  } catch (const SpecError&) {
  }
  try {
    return parse_duration(value) <= kLongest;
  } catch (const SpecError&) {
    return true;  // A word, or a share.
  }
}

std::uint64_t trace_hash_of(const Row& row) {
  const auto& account = row.measurement.virtual_account;
  return account ? account->trace_hash : 0;
}

}  // namespace

bool is_small(const Spec& spec, std::int64_t largest) {
  return std::ranges::all_of(spec.settings, [&](const auto& setting) {
    return setting.first != "file" && setting.first != "trace" && is_short(setting.second, largest);
  });
}

std::optional<Row> check_run(std::string_view input, const Point& point) {
  Point made;
  const auto prepare = [&] {
    made = checked(point, catalog());
    rehearse_costs(made, catalog().named(made.workload.name));
  };
  if (!accepted<SpecError>(input, prepare)) return std::nullopt;
  Row row = measure(made, catalog());
  const Row again = measure(made, catalog());
  expect(row.error == again.error, "two runs of one point end in different ways");
  if (row.failed()) {
    check_message(row.error, input);
    return row;
  }
  expect(row.answer_ok, "a run has a wrong answer");
  expect(row.answer == again.answer && trace_hash_of(row) == trace_hash_of(again) &&
             row.measurement.makespan == again.measurement.makespan,
         "two runs of one point differ");
  return row;
}

void check_costs(std::string_view input, const Costs& costs) {
  for (const char* const scheduler : {"event_loop", "shared_queue", "work_stealing"}) {
    Point point{.scheduler = {scheduler, {}},
                .workload = {"fan_out", {{"tasks", "5"}}},
                .machine = "sim",
                .costs = costs.for_scheduler(scheduler)};
    point.workers = 2;
    check_run(input, point);
  }
}

}  // namespace loopsteal::fuzz
