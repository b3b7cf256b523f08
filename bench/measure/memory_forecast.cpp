#include "bench/measure/memory_forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"
#include "bench/measure/request_blocks.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "sched/catalog.hpp"
#include "workloads/request_sink.hpp"

namespace loopsteal {
namespace {

// Measured on x86-64 in the release build, virtual time, by the growth of VmHWM.
constexpr std::uint64_t kBytesATask = 188;  // fan_out, hot_shard: a frame and its place in queues.
constexpr std::uint64_t kBytesAKeptRequest = 32;   // 16 of the sample, the rest of its estimates.
constexpr std::uint64_t kBytesATraceRequest = 24;  // The file's, in memory.
constexpr std::uint64_t kBytesAStealingWorker = 2'700;
constexpr std::uint64_t kBytesAWorker = 500;
constexpr std::uint64_t kBytesAThread = 32'768;  // Of a real one: the touched part of its stack.
constexpr std::uint64_t kBytesARow = 2'000;
constexpr std::uint64_t kBytesOfLatencies = 60'000;  // In a row with requests: two histograms.

std::uint64_t requests_of(const Point& point, const WorkloadInfo& info) {
  RequestCount counted;
  WorkloadSetup setup = setup_of(point);
  setup.sink = &counted;
  static_cast<void>(info.make(point.workload, setup));
  return counted.requests();
}

std::uint64_t bytes_of_requests(std::uint64_t requests) {
  return requests > kRequestsKept ? bytes_of_a_shard() : requests * kBytesAKeptRequest;
}

// Whether no task runs before all are spawned: a spawn costs no time, or there is one worker and it
// spawns.
bool spawns_all_first(const Point& point) {
  return setup_of(point).workers == 1 || (point.is_virtual() && point.costs.model.free());
}

// Requests that wait at the end of a queue that only grows.
std::uint64_t backlog_of(const std::optional<OpenLoop>& loop) {
  if (!loop || !(loop->load > 1)) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(loop->count) * (1 - 1 / loop->load));
}

std::uint64_t bytes_of_workers(const Point& point) {
  const std::uint64_t each = !point.is_virtual()                      ? kBytesAThread
                             : steals_by_policy(point.scheduler.name) ? kBytesAStealingWorker
                                                                      : kBytesAWorker;
  return setup_of(point).workers * each;
}

std::string parts_of(const MemoryForecast& forecast) {
  std::string text;
  const auto add = [&text](std::uint64_t bytes, std::string_view what) {
    if (bytes < 1'000'000) return;
    text += fmt::format("{}{} for {}", text.empty() ? "" : ", ", human_bytes(bytes), what);
  };
  add(forecast.tasks, "tasks that exist at once");
  add(forecast.requests, "requests");
  add(forecast.workers, "workers");
  add(forecast.workload, "the workload's own data");
  if (forecast.runs_at_once > 1)
    text += fmt::format(", in each of {} runs at once", forecast.runs_at_once);
  add(forecast.rows, "rows of results");
  return text;
}

std::string remedies_for(const MemoryForecast& forecast) {
  std::string text = "Take fewer tasks or requests";
  if (forecast.runs_at_once > 1) text += ", fewer --threads";
  if (forecast.workers > forecast.bytes() / 4) text += ", fewer workers";
  if (forecast.rows > forecast.bytes() / 4) text += ", fewer repetitions or points";
  return text + ", or more memory.";
}

}  // namespace

MemoryForecast forecast_memory(const Point& asked, const WorkloadCatalog& workloads,
                               std::uint64_t rows) {
  const Point point = with_planned_requests(asked);
  const WorkloadInfo& info = workloads.named(point.workload.name);
  const WorkloadSetup setup = setup_of(point);
  const std::optional<OpenLoop> loop = info.open_loop(point.workload, setup);
  const Footprint footprint =
      info.footprint == nullptr ? Footprint{} : info.footprint(point.workload, setup);
  const std::uint64_t requests = requests_of(point, info);
  const bool has_trace = loop && !loop->arrivals;

  MemoryForecast forecast;
  const std::uint64_t tasks = spawns_all_first(point) ? footprint.tasks : 0;
  forecast.tasks = std::max(tasks, backlog_of(loop)) * kBytesATask;
  forecast.requests = has_trace ? loop->count * (kBytesATraceRequest + kBytesAKeptRequest)
                                : bytes_of_requests(requests);
  forecast.workers = bytes_of_workers(point);
  forecast.workload = footprint.bytes;
  if (point.precision > 0)
    forecast.runs_at_once =
        std::min(point.threads, replications_min_of(steady_state_of(point, info)));
  const bool latencies = has_trace || requests > 0;
  forecast.rows = rows * (kBytesARow + (latencies ? kBytesOfLatencies : 0));
  return forecast;
}

void check_memory(std::span<const Point> points, std::uint32_t repetitions,
                  const WorkloadCatalog& workloads,
                  const std::optional<AvailableMemory>& available) {
  if (!available) return;
  for (const Point& point : points) {
    const MemoryForecast forecast =
        forecast_memory(point, workloads, points.size() * std::uint64_t{repetitions});
    if (forecast.bytes() <= available->bytes) continue;
    throw MemoryShortage(fmt::format(
        "{} on {} would take about {} of memory ({}), and {} leaves {}. Nothing was run. {}",
        to_string(point.workload), to_string(point.scheduler), human_bytes(forecast.bytes()),
        parts_of(forecast), available->bound_by, human_bytes(available->bytes),
        remedies_for(forecast)));
  }
}

}  // namespace loopsteal
