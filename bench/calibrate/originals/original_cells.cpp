#include "bench/calibrate/originals/original_cells.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "bench/measure/measure.hpp"
#include "sched/core/assert.hpp"
#include "sched/core/knobs.hpp"
#include "sched/core/random.hpp"
#include "workloads/support/arrivals.hpp"
#include "workloads/support/request_options.hpp"
#include "workloads/support/service_times.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kRequests[] = {
    "requests:load=0.3,mean=200us,count=1000,source=timers",
    "requests:load=0.6,mean=200us,count=2000,source=timers",
    "requests:load=0.8,mean=200us,count=2500,source=timers",
    "requests:load=0.3,service=bimodal1,mean=200us,count=1000,source=timers",
    "requests:load=0.6,service=bimodal1,mean=200us,count=2000,source=timers",
    "requests:load=0.8,service=bimodal1,mean=200us,count=2500,source=timers"};

constexpr std::string_view kInterpreted[] = {"ping_pong:pairs=500,rounds=10",
                                             "yield_many:tasks=1000,yields=100,rounds=1",
                                             "fan_out:tasks=10000,work=5us",
                                             "fan_out:tasks=2000,work=50us",
                                             "timers:timers=3000,cancelled=0.1,spread=20ms",
                                             "pipeline:stages=4,items=5000,capacity=16,work=1us",
                                             "pipeline:stages=4,items=1500,capacity=4,work=20us"};

constexpr std::string_view kCompiled[] = {"ping_pong:pairs=1000,rounds=50",
                                          "yield_many:tasks=200,yields=1000,rounds=10",
                                          "fan_out:tasks=20000,work=5us",
                                          "fan_out:tasks=2000,work=50us",
                                          "timers:timers=20000,cancelled=0.1,spread=20ms",
                                          "pipeline:stages=4,items=20000,capacity=16,work=1us",
                                          "pipeline:stages=4,items=2000,capacity=4,work=20us"};

// What virtual time has to be told and an original takes anyway.
constexpr std::string_view kTaskWork = "task_work";

// A checked spec leaves out what is the default.
Spec with_defaults(const Point& point, const WorkloadCatalog& workloads) {
  Spec spec = point.workload;
  for (const KnobRow& knob : workloads.named(spec.name).knobs(point.size)) {
    if (setting_of(spec, knob.name) == nullptr)
      spec.settings.emplace_back(knob.name, knob.default_value);
  }
  return spec;
}

std::string_view size_in(const Spec& spec, std::string_view key) {
  const std::string* const value = setting_of(spec, key);
  LOOPSTEAL_CHECK(value != nullptr, "a size that the workload does not have");
  return *value;
}

std::uint64_t number_in(const Spec& spec, std::string_view key) {
  return static_cast<std::uint64_t>(parse_integer(size_in(spec, key), {0, 1'000'000'000'000}));
}

std::uint64_t ns_in(const Spec& spec, std::string_view key) {
  return static_cast<std::uint64_t>(
      parse_duration(size_in(spec, key), {0, 3'600'000'000'000}).count());
}

// Those that the workload itself would draw.
OriginalRun requests_run(const Spec& spec, WorkerId workers, std::uint64_t seed) {
  RequestOptions options;
  for (const auto& [key, value] : spec.settings)
    std::ranges::find(request_knobs(), std::string_view(key), &Knob<RequestOptions>::name)
        ->set(options, value);
  Arrivals arrivals(arrivals_of(options, workers), seed);
  ServiceSequence services(services_of(options), seed);
  OriginalRun run{.program = "requests"};
  for (std::uint32_t i = 0; i < options.count; ++i) {
    const std::int64_t arrival = arrivals.next().count();
    run.items.emplace_back(arrival, services.next().ns);
  }
  return run;
}

OriginalRun timers_run(const Spec& spec, std::uint64_t seed) {
  const std::uint64_t timers = number_in(spec, "timers");
  const std::uint64_t spread = ns_in(spec, "spread");
  const double share = parse_real(size_in(spec, "cancelled"), Thousandths{0, 1'000});
  const auto cancelled = static_cast<std::uint64_t>(share * static_cast<double>(timers));
  OriginalRun run{.program = "timers", .settings = {{"cancelled", cancelled}}};
  for (std::uint64_t i = 0; i < timers; ++i) {
    Stream stream(seed, StreamRole::service, i);
    run.items.emplace_back(static_cast<std::int64_t>(stream.below(spread)), 0);
  }
  return run;
}

}  // namespace

std::vector<PredictionCell> original_cells(const OriginalTarget& target,
                                           const WorkloadCatalog& workloads) {
  std::vector<PredictionCell> cells;
  const auto add = [&](std::string_view text, WorkerId workers) {
    const Spec workload = parse_spec(text);
    cells.push_back(
        {checked(
             {.scheduler = parse_spec(target.scheduler), .workload = workload, .workers = workers},
             workloads),
         workload.name == "requests", std::string(target.name)});
  };
  for (WorkerId workers = target.workers; workers >= 1; --workers) {
    for (const std::string_view text : kRequests) add(text, workers);
    for (const std::string_view text :
         target.compiled ? std::span(kCompiled) : std::span(kInterpreted))
      add(text, workers);
  }
  return cells;
}

OriginalRun original_run_of(const PredictionCell& cell, std::uint64_t seed,
                            const WorkloadCatalog& workloads) {
  const Spec spec = with_defaults(cell.point, workloads);
  OriginalRun run;
  if (spec.name == "requests") {
    run = requests_run(spec, cell.point.workers, seed);
  } else if (spec.name == "timers") {
    run = timers_run(spec, seed);
  } else {
    run.program = spec.name;
    for (const auto& [key, value] : spec.settings) {
      if (key == kTaskWork) continue;
      // The line of a run has a word "items" of its own.
      const std::string name = key == "items" ? "count" : key;
      run.settings.emplace_back(name, key == "work" ? ns_in(spec, key) : number_in(spec, key));
    }
  }
  run.workers = cell.point.workers;
  return run;
}

RunFigures figures_of(const OriginalAnswer& answer) {
  return {.makespan_ns = answer.makespan_ns, .p50_ns = answer.p50_ns, .p99_ns = answer.p99_ns};
}

}  // namespace loopsteal
