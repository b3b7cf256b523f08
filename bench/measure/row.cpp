#include "bench/measure/row.hpp"

#include <fmt/format.h>

#include "sched/core/knobs.hpp"

namespace loopsteal {

WarmUpChoice parse_warm_up(std::string_view text) {
  if (text == "auto") return {};
  if (text == "none") return {.by_rule = false, .requests = 0};
  const auto requests = static_cast<std::uint64_t>(parse_integer(text, Range{0, 1'000'000'000}));
  return {.by_rule = false, .requests = requests};
}

std::string to_string(const WarmUpChoice& warm_up) {
  if (warm_up.by_rule) return "auto";
  return warm_up.requests == 0 ? "none" : std::to_string(warm_up.requests);
}

const std::string* setting_of(const Spec& spec, std::string_view key) {
  for (const auto& [name, value] : spec.settings)
    if (name == key) return &value;
  return nullptr;
}

std::string name_of(const Row& row) {
  const std::string name =
      fmt::format("{}/{}/scheduler:{}/machine:{}/workers:{}/size:{}", row.shape, row.workload_spec,
                  row.scheduler_spec, row.machine, row.workers, row.size);
  return row.costs.empty() ? name : fmt::format("{}/costs:{}", name, row.costs);
}

std::uint64_t steals_of(const Row& row) { return row.measurement.total(Op::stolen_job); }

std::optional<double> locality_of(const Row& row) {
  std::uint64_t run = 0;
  std::uint64_t local = 0;
  for (const WorkerStats& worker : row.measurement.workers) {
    run += worker.poll_count;
    local += worker.local_run_count;
  }
  if (run == 0) return std::nullopt;
  return static_cast<double>(local) / static_cast<double>(run);
}

std::optional<double> tasks_per_second_of(const Row& row) {
  const std::int64_t makespan_ns = row.measurement.makespan.count();
  if (makespan_ns <= 0) return std::nullopt;
  return static_cast<double>(row.tasks) * 1e9 / static_cast<double>(makespan_ns);
}

std::string_view to_string(Size size) { return size == Size::small ? "small" : "full"; }

std::string_view to_string(Shape shape) {
  return shape == Shape::balanced ? "balanced" : "imbalanced";
}

std::string_view to_string(Observe observe) { return observe == Observe::off ? "off" : "delays"; }

}  // namespace loopsteal
