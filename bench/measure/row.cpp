#include "bench/measure/row.hpp"

#include <fmt/format.h>

namespace loopsteal {

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

std::string_view to_string(Observe observe) {
  return observe == Observe::off ? "off" : "delays";
}

}  // namespace loopsteal
