#include "bench/measure/steady_state.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/theory_beside.hpp"

namespace loopsteal {
namespace {

constexpr double kRequestsCap = 2e9;     // Of all replications of a precision: an hour or so.
constexpr double kRequestsMin = 20'000;  // Of one replication of a precision.
// What is run without being asked for: some seconds.
constexpr double kUnaskedRequestsCap = 30e6;
// Fewer replications would know their own spread badly, and stop too early by chance.
constexpr std::uint32_t kReplications = 20;
// Where each is many queues at once, half of which goes into the warm-up: as few as will do.
constexpr std::uint32_t kReplicationsOfMany = 10;
// A replication much shorter than that would be mostly warm-up.
constexpr double kRelaxationsInReplication = 100;

std::string name_of_run(const Point& point) {
  return fmt::format("{} on {}", to_string(point.workload), to_string(point.scheduler));
}

constexpr std::string_view kCountWhole =
    "add --terminating (terminating = true in a grid) to count a run of that length whole, from "
    "its "
    "first request to its last";

[[noreturn]] void refuse_as_too_short(const Point& point, double relaxation,
                                      std::uint64_t requests) {
  if (!std::isfinite(relaxation)) {
    throw SpecError(
        fmt::format("{}: the variance of its sizes is infinite, so no run is long enough for a "
                    "steady state; {}.",
                    name_of_run(point), kCountWhole));
  }
  throw SpecError(fmt::format(
      "{}: {} requests are too short a run for a steady state, since the warm-up alone takes {}. "
      "Leave the count out, take count={:.0f} or more, or {}.",
      name_of_run(point), requests, human_count(std::ceil(kWarmUpRelaxationTimes * relaxation)),
      jobs_for_warm_up(relaxation), kCountWhole));
}

// Jobs so that `kept` are left after the warm-up.
double with_warm_up(double kept, double relaxation) {
  return std::ceil(std::max(kept / (1 - kWarmUpShare), kept + kWarmUpRelaxationTimes * relaxation));
}

RunPlan plan_of_precision(const Point& point, const SteadyState& state) {
  const QueueLoad& queue = state.queue;
  const RunLength length = forecast_run_length(queue, point.precision, kRequestsCap);
  double in_all = std::min(std::max(length.jobs, length.jobs_for_trust), kRequestsCap);
  const double tail = requests_needed(state, 0.99);
  if (tail <= kUnaskedRequestsCap) in_all = std::max(in_all, tail);
  const double replications = replications_min_of(state);
  const double relaxations = queue.samples ? kSampleRelaxationTimes : kRelaxationsInReplication;
  const double each =
      std::max({in_all / replications, kRequestsMin, relaxations * length.relaxation_jobs});
  return {.requests =
              static_cast<std::uint64_t>(std::ceil(std::min(each, kRequestsCap / replications))),
          .forecast = describe(length)};
}

RunPlan plan_of_repetitions(const Point& point, const SteadyState& state,
                            std::uint32_t repetitions) {
  const double relaxation = relaxation_jobs(state.queue);
  const double mean = requests_needed(state);
  const double tail = requests_needed(state, 0.99);
  if (!std::isfinite(mean)) refuse_as_too_short(point, relaxation, state.loop.count);
  const bool many = repetitions > 1 && !state.queue.samples;
  const auto each_of = [&](double in_all) {
    return std::max({in_all / repetitions, jobs_for_warm_up(relaxation),
                     many ? kRelaxationsInReplication * relaxation : 0,
                     static_cast<double>(state.loop.count)});
  };
  if (each_of(mean) * repetitions > kUnaskedRequestsCap) {
    throw SpecError(fmt::format(
        "{}: its mean takes {} requests to be known, more than the {} that are run unless they are "
        "asked for. Take --precision 1% (it says how long that takes), name a count, or {}.",
        name_of_run(point), human_count(each_of(mean) * repetitions),
        human_count(kUnaskedRequestsCap), kCountWhole));
  }
  const bool tail_in_reach = each_of(tail) * repetitions <= kUnaskedRequestsCap;
  return {.requests = static_cast<std::uint64_t>(std::ceil(each_of(tail_in_reach ? tail : mean))),
          .forecast = {}};
}

}  // namespace

std::optional<OpenLoop> open_loop_of(const Point& point, const WorkloadCatalog& workloads) {
  return workloads.named(point.workload.name).open_loop(point.workload, setup_of(point));
}

std::optional<SteadyState> steady_state_of(const Point& point, const WorkloadInfo& workload) {
  if (!point.is_virtual() || point.terminating) return std::nullopt;
  const std::optional<OpenLoop> loop = workload.open_loop(point.workload, setup_of(point));
  if (!loop || !loop->arrivals) return std::nullopt;
  const std::optional<QueueLoad> queue = queue_of(point, *loop);
  if (!queue) return std::nullopt;
  return SteadyState{*loop, *queue};
}

std::uint64_t warm_up_of(const Point& point, const SteadyState& state, std::uint64_t requests) {
  const double relaxation = relaxation_jobs(state.queue);
  if (point.warm_up.by_rule) {
    if (const std::optional<std::uint64_t> deleted = warm_up(requests, relaxation)) return *deleted;
    refuse_as_too_short(point, relaxation, requests);
  }
  if (point.warm_up.requests >= requests && point.warm_up.requests > 0) {
    throw SpecError(
        fmt::format("{}: a warm-up of {} leaves nothing of {} requests. Take a shorter "
                    "one, or more requests.",
                    name_of_run(point), point.warm_up.requests, requests));
  }
  return point.warm_up.requests;
}

RequestBlocks blocks_for(const Point& point, const std::optional<SteadyState>& state) {
  // Requests may end on the caller's thread, too. One thread makes all of a virtual run.
  const unsigned threads = point.is_virtual() ? 1 : point.workers + 1;
  return RequestBlocks(kRequestsKept, threads, [&point, &state](std::uint64_t requests) {
    return state ? warm_up_of(point, *state, requests) : 0;
  });
}

double requests_needed(const SteadyState& state, std::optional<double> q) {
  const double kept = q ? jobs_for_quantile(state.queue, *q) : jobs_for_trust(state.queue);
  return with_warm_up(kept, relaxation_jobs(state.queue));
}

RunPlan plan_runs(const Point& point, const WorkloadCatalog& workloads, std::uint32_t repetitions) {
  const std::optional<SteadyState> state =
      steady_state_of(point, workloads.named(point.workload.name));
  if (!state) return {};
  if (point.precision > 0) return plan_of_precision(point, *state);
  if (setting_of(point.workload, "count") == nullptr)
    return plan_of_repetitions(point, *state, repetitions);
  static_cast<void>(warm_up_of(point, *state, state->loop.count));
  return {};
}

Point with_planned_requests(const Point& point) {
  Point result = point;
  if (point.requests == 0) return result;
  std::erase_if(result.workload.settings, [](const auto& one) { return one.first == "count"; });
  result.workload.settings.emplace_back("count", std::to_string(point.requests));
  return result;
}

std::uint32_t replications_min_of(const std::optional<SteadyState>& state) {
  return state && state->queue.samples ? kReplicationsOfMany : kReplications;
}

}  // namespace loopsteal
