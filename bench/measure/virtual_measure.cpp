#include "bench/measure/virtual_measure.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/estimate/batch_means.hpp"
#include "bench/estimate/replications.hpp"
#include "bench/estimate/run_length.hpp"
#include "bench/estimate/warm_up.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/pooled_runs.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/theory_beside.hpp"

namespace loopsteal {
namespace {

constexpr double kRequestsCap = 2e9;     // Of all replications: an hour or so.
constexpr double kRequestsMin = 20'000;  // Of one replication: enough for a p99.
// Fewer would know their own spread badly, and stop too early by chance.
constexpr std::uint32_t kReplications = 20;
constexpr std::uint32_t kReplicationsMax = 400;
// Where each is many queues at once, half of which goes into the warm-up: as few as will do.
constexpr std::uint32_t kReplicationsOfMany = 10;
// A replication much shorter than that would be mostly warm-up.
constexpr double kRelaxationsInReplication = 100;

double relaxation_of(const Point& point, const OpenLoop& loop) {
  const std::optional<QueueLoad> queue = queue_of(point, loop);
  return queue ? relaxation_jobs(*queue) : 0;
}

std::vector<double> values_of(std::span<const RequestSample> samples,
                              Duration RequestSample::*member) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const RequestSample& sample : samples) {
    values.push_back(static_cast<double>((sample.*member).count()));
  }
  return values;
}

std::optional<Interval> interval_of(const BatchQuantile& quantile) {
  if (!quantile.quotable) return std::nullopt;
  return quantile.estimate.interval;
}

// The requests after the warm-up, also counted into the row's histograms.
std::span<const RequestSample> after_warm_up(LatencyHistogram& wait, LatencyHistogram& sojourn,
                                             std::span<const RequestSample> samples,
                                             std::size_t deleted) {
  const auto kept = samples.subspan(deleted);
  for (const RequestSample& sample : kept) {
    wait.add(sample.wait);
    sojourn.add(sample.sojourn);
  }
  return kept;
}

double quantile_of(const LatencyHistogram& latencies, double q) {
  return static_cast<double>(latencies.quantile_ns(q));
}

Point with_requests(const Point& point, std::uint64_t requests) {
  Point result = point;
  std::erase_if(result.workload.settings, [](const auto& one) { return one.first == "count"; });
  result.workload.settings.emplace_back("count", std::to_string(requests));
  return result;
}

Observation<PooledRuns> observe(const Point& point, const WorkloadInfo& info,
                                std::optional<double> relaxation) {
  RunOutcome outcome = run_once(point, info, nullptr);
  Observation<PooledRuns> observation;
  PooledRuns& pooled = observation.payload;
  if (relaxation) {
    const auto& samples = outcome.result.samples;
    pooled.warmup_deleted = fixed_warm_up(samples.size(), *relaxation).deleted;
    after_warm_up(pooled.wait, pooled.sojourn, samples, pooled.warmup_deleted);
    observation.estimands = {pooled.sojourn.mean_ns(), pooled.wait.mean_ns(),
                             quantile_of(pooled.sojourn, 0.5), quantile_of(pooled.sojourn, 0.99)};
  } else {
    observation.estimands = {static_cast<double>(outcome.measurement.makespan.count())};
  }
  pooled.take(std::move(outcome));
  return observation;
}

std::uint32_t replications_of(const std::optional<QueueLoad>& queue) {
  return queue && queue->samples ? kReplicationsOfMany : kReplications;
}

StoppingRule rule_for(const Point& point, const std::optional<OpenLoop>& loop) {
  const bool steady = loop.has_value();
  StoppingRule rule;
  rule.estimands = steady ? std::vector<std::string>{"sojourn_mean_ns", "wait_mean_ns",
                                                     "sojourn_p50_ns", "sojourn_p99_ns"}
                          : std::vector<std::string>{"makespan_ns"};
  rule.relative_half_width = point.precision;
  rule.replications_min = replications_of(steady ? queue_of(point, *loop) : std::nullopt);
  rule.replications_max = kReplicationsMax;
  return rule;
}

Estimates estimates_of(const Point& point, const ReplicationResult<PooledRuns>& runs,
                       const std::optional<OpenLoop>& loop) {
  Estimates estimates;
  estimates.replications = runs.replications;
  estimates.warmup_deleted = runs.payload.warmup_deleted;
  estimates.precision_asked = point.precision;
  estimates.by_replication = runs.estimands.front().values;
  estimates.precision_reached = runs.estimands.front().interval.relative_half_width();
  if (!loop) {
    estimates.estimand = "mean makespan of a run that ends, by replications";
    estimates.makespan = runs.estimands[0].interval;
    return estimates;
  }
  estimates.estimand = "mean sojourn in the steady state, by replications with deletion";
  estimates.sojourn_mean = runs.estimands[0].interval;
  estimates.wait_mean = runs.estimands[1].interval;
  estimates.sojourn_p50 = runs.estimands[2].interval;
  estimates.sojourn_p99 = runs.estimands[3].interval;
  const std::optional<QueueLoad> queue = queue_of(point, *loop);
  const auto kept = static_cast<double>(runs.payload.sojourn.count());
  estimates.trustworthy = queue.has_value() && trustworthy(*queue, kept);
  estimates.theory = theory_of(point, *loop);
  return estimates;
}

}  // namespace

std::optional<OpenLoop> open_loop_of(const Point& point, const WorkloadCatalog& workloads) {
  return workloads.named(point.workload.name).open_loop(point.workload, setup_of(point));
}

ReplicationPlan plan_replications(const Point& point, const WorkloadCatalog& workloads) {
  const auto is_trace = [](const auto& setting) { return setting.first == "trace"; };
  if (std::ranges::any_of(point.workload.settings, is_trace)) {
    throw SpecError(fmt::format(
        "{}: a precision is reached by runs with other arrivals, and a trace has only its own: "
        "leave out --precision.",
        to_string(point.workload)));
  }
  const std::optional<OpenLoop> loop = open_loop_of(point, workloads);
  if (!loop) return {};
  const std::optional<QueueLoad> queue = queue_of(point, *loop);
  if (!queue) return {.requests = loop->count, .forecast = {}};
  const RunLength length = forecast_run_length(*queue, point.precision, kRequestsCap);
  const double in_all = std::min(std::max(length.jobs, length.jobs_for_trust), kRequestsCap);
  const double replications = replications_of(queue);
  const double relaxations = queue->samples ? kSampleRelaxationTimes : kRelaxationsInReplication;
  const double each =
      std::max({in_all / replications, kRequestsMin, relaxations * length.relaxation_jobs});
  return {.requests = static_cast<std::uint64_t>(
              std::ceil(std::min(each, kRequestsCap / replications))),
          .forecast = describe(length)};
}

std::optional<theory::MakespanBounds> greedy_bounds_of(const Point& point,
                                                       const WorkloadInfo& workload) {
  if (!point.is_virtual() || !point.costs.model.free() || point.costs.noise.on())
    return std::nullopt;
  const WorkloadSetup setup = setup_of(point);
  const std::optional<WorkSpan> known = workload.work_span(point.workload, setup);
  if (!known) return std::nullopt;
  return theory::greedy_bounds(static_cast<double>(known->work.count()),
                               static_cast<double>(known->span.count()), setup.workers);
}

void estimate_one_run(Row& row, const Point& point, const OpenLoop& loop,
                      std::span<const RequestSample> samples) {
  const std::optional<QueueLoad> queue = queue_of(point, loop);
  const WarmUp warm_up = fixed_warm_up(samples.size(), relaxation_of(point, loop));
  const auto kept = after_warm_up(row.wait, row.sojourn, samples, queue ? warm_up.deleted : 0);
  if (!queue) return;  // A queue that only grows has no steady state to estimate.
  Estimates estimates;
  estimates.estimand = "mean sojourn in the steady state, by batch means of one run";
  estimates.warmup_deleted = warm_up.deleted;
  const std::vector<double> sojourns = values_of(kept, &RequestSample::sojourn);
  const BatchEstimate mean = batch_means(sojourns);
  estimates.sojourn_mean = mean.interval;
  estimates.wait_mean = batch_means(values_of(kept, &RequestSample::wait)).interval;
  const std::vector<BatchQuantile> quantiles =
      batch_quantiles(sojourns, std::vector<double>{0.5, 0.99});
  estimates.sojourn_p50 = interval_of(quantiles[0]);
  estimates.sojourn_p99 = interval_of(quantiles[1]);
  estimates.precision_reached = mean.interval.relative_half_width();
  estimates.trustworthy = !mean.correlated && warm_up.problem == WarmUpProblem::none &&
                          trustworthy(*queue, static_cast<double>(kept.size()));
  estimates.theory = theory_of(point, loop);
  row.estimates = std::move(estimates);
}

Row measure_precisely(const Point& asked, const WorkloadCatalog& workloads,
                      const std::function<bool()>& stop) {
  const WorkloadInfo& info = workloads.named(asked.workload.name);
  const bool counted = open_loop_of(asked, workloads).has_value() && asked.requests != 0;
  const Point point = counted ? with_requests(asked, asked.requests) : asked;
  const std::optional<OpenLoop> loop = open_loop_of(point, workloads);
  std::optional<double> relaxation;
  if (loop) relaxation = relaxation_of(point, *loop);
  const auto body = [&](std::uint32_t replication) {
    Point one = point;
    one.seed = point.seed + replication;
    return observe(one, info, relaxation);
  };
  ReplicationResult<PooledRuns> runs =
      replicate(rule_for(point, loop), body, point.threads, stop);
  Row row = row_for(asked, info);
  row.estimates = estimates_of(point, runs, loop);
  row.greedy_bounds = greedy_bounds_of(point, info);
  std::move(runs.payload).give_to(row, runs.replications);
  return row;
}

}  // namespace loopsteal
