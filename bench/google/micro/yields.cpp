// One yield: submit, step, resume, on one worker of each scheduler.
#include <chrono>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "sched/catalog.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/measurement.hpp"

namespace loopsteal {
namespace {

constexpr int kYields = 1000;
constexpr int kTasks = 64;

Task<void> yield_many() {
  for (int i = 0; i < kYields; ++i) co_await yield();
}

Task<void> yield_among_each_other(Scheduler& scheduler, int tasks) {
  TaskGroup group(scheduler);
  for (int i = 0; i < tasks; ++i) group.spawn(yield_many());
  co_await group.join();
}

/// One item is one yield; `range(0)` tasks do them.
void yields(benchmark::State& state, const std::string& spec) {
  const auto scheduler = make_scheduler(parse_spec(spec), {.workers = 1});
  const auto tasks = static_cast<int>(state.range(0));
  for ([[maybe_unused]] auto _ : state) {
    const Measurement run = scheduler->run(yield_among_each_other(*scheduler, tasks));
    state.SetIterationTime(std::chrono::duration<double>(run.makespan).count());
  }
  state.SetItemsProcessed(state.iterations() * tasks * kYields);
}

void add(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseManualTime()->Arg(1)->Arg(kTasks);
}

BENCHMARK_CAPTURE(yields, event_loop, "event_loop")->Name("micro/yield/event_loop")->Apply(add);
BENCHMARK_CAPTURE(yields, shared_queue, "shared_queue")
    ->Name("micro/yield/shared_queue")
    ->Apply(add);
BENCHMARK_CAPTURE(yields, work_stealing, "work_stealing")
    ->Name("micro/yield/work_stealing")
    ->Apply(add);
BENCHMARK_CAPTURE(yields, work_stealing_lifo, "work_stealing:local_order=lifo")
    ->Name("micro/yield/work_stealing:local_order=lifo")
    ->Apply(add);
BENCHMARK_CAPTURE(yields, onetbb_enqueue, "onetbb:door=enqueue")
    ->Name("micro/yield/onetbb:door=enqueue")
    ->Apply(add);
BENCHMARK_CAPTURE(yields, onetbb_task_group, "onetbb:door=task_group")
    ->Name("micro/yield/onetbb:door=task_group")
    ->Apply(add);

}  // namespace
}  // namespace loopsteal
