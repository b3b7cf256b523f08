#include "bench/google/suite.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string_view>

#include <benchmark/benchmark.h>

#include "bench/measure/measure.hpp"
#include "bench/measure/row_json.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

/// What has no mean, or is said elsewhere.
bool is_averaged(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNot = {"answer", "seed", "makespan_ns",
                                                    "tasks_per_second"};
  return std::ranges::find(kNot, name) == kNot.end();
}

}  // namespace

/// The runs of one benchmark, added up.
class Runs {
 public:
  explicit Runs(Suite::Entry& entry) : entry_(entry) {}

  void measure_in(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
      if (entry_.suite.interruption_.requested()) entry_.suite.interruption_.give_up();
      const Row row = measure(entry_.point, entry_.suite.workloads_);
      ++entry_.point.seed;
      if (row.failed() || !row.answer_ok) return give_up(state, row);
      state.SetIterationTime(std::chrono::duration<double>(row.measurement.makespan).count());
      add(row);
    }
    report(state);
  }

 private:
  void give_up(benchmark::State& state, const Row& row) {
    entry_.suite.failed_ = true;
    const std::string message =
        row.failed() ? row.error : "The answer " + std::to_string(row.answer) + " is wrong.";
    state.SkipWithError(message.c_str());
  }

  void add(const Row& row) {
    ++count_;
    tasks_ += static_cast<double>(row.tasks);
    time_ += row.measurement.makespan;
    for (const auto& [name, value] : counters_of(row))
      if (is_averaged(name)) sums_[name] += value;
  }

  void report(benchmark::State& state) const {
    for (const auto& [name, sum] : sums_) state.counters[name] = sum / count_;
    const double seconds = std::chrono::duration<double>(time_).count();
    if (seconds > 0) state.counters["tasks_per_second"] = tasks_ / seconds;
  }

  Suite::Entry& entry_;
  double count_ = 0;
  double tasks_ = 0;
  Duration time_{};
  std::map<std::string, double> sums_;
};

void Suite::add(const Point& point) {
  Entry& entry = entries_.emplace_back(Entry{*this, point});
  const auto run = [&entry](benchmark::State& state) { Runs(entry).measure_in(state); };
  benchmark::RegisterBenchmark(name_of_point(point).c_str(), run)
      ->UseManualTime()
      ->MeasureProcessCPUTime()
      ->Unit(benchmark::kMicrosecond);
}

std::string Suite::name_of_point(const Point& point) const {
  Row row;
  row.scheduler_spec = to_string(point.scheduler);
  row.workload_spec = to_string(point.workload);
  row.shape = to_string(workloads_.named(point.workload.name).shape_of(point.workload));
  row.machine = point.machine;
  row.size = to_string(point.size);
  row.workers = has_one_worker(point.scheduler.name) ? 1 : point.workers;
  return name_of(row);
}

}  // namespace loopsteal
