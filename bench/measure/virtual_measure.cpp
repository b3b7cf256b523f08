#include "bench/measure/virtual_measure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/estimate/batch_means.hpp"
#include "bench/estimate/quantile_interval.hpp"
#include "bench/estimate/replications.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/pooled_quantile.hpp"
#include "bench/measure/pooled_runs.hpp"
#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/theory_beside.hpp"

namespace loopsteal {
namespace {

constexpr std::uint32_t kReplicationsMax = 400;

std::vector<double> values_of(std::span<const RequestSample> samples,
                              Duration RequestSample::*member) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const RequestSample& sample : samples) {
    values.push_back(static_cast<double>((sample.*member).count()));
  }
  return values;
}

// What is estimated of a point.
enum class Estimated { makespan, finite_requests, steady_requests };

Estimated estimated_of(const std::optional<OpenLoop>& loop,
                       const std::optional<SteadyState>& state) {
  if (state) return Estimated::steady_requests;
  return loop ? Estimated::finite_requests : Estimated::makespan;
}

std::string_view described(Estimated estimated) {
  switch (estimated) {
    case Estimated::makespan:
      return "mean makespan of a run that ends, by replications";
    case Estimated::finite_requests:
      return "mean sojourn of all requests of a finite input, by replications";
    case Estimated::steady_requests:
      return "mean sojourn in the steady state, by replications with deletion";
  }
  return {};
}

// With how many more requests the quantile would be shown, judged by those of all repetitions.
std::uint64_t needed_beyond(const SteadyState& state, std::optional<double> q, double kept) {
  const double kept_needed = q ? jobs_for_quantile(state.queue, *q) : jobs_for_trust(state.queue);
  if (kept >= kept_needed) return 0;
  return static_cast<std::uint64_t>(std::min(requests_needed(state, q), 1e18));
}

Observation<PooledRuns> observe(const Point& point, const WorkloadInfo& info, Estimated estimated,
                                const std::optional<SteadyState>& state) {
  RunOutcome outcome = run_once(point, info, nullptr);
  Observation<PooledRuns> observation;
  PooledRuns& pooled = observation.payload;
  if (estimated == Estimated::makespan) {
    observation.estimands = {static_cast<double>(outcome.measurement.makespan.count())};
  } else {
    std::span<const RequestSample> samples = outcome.result.samples;
    if (state) pooled.warmup_deleted = warm_up_of(point, *state, samples.size()).deleted;
    samples = samples.subspan(pooled.warmup_deleted);
    pooled.wait = LatencyHistogram::of_run(values_of(samples, &RequestSample::wait));
    pooled.sojourn = LatencyHistogram::of_run(values_of(samples, &RequestSample::sojourn));
    pooled.sojourns_of_runs.push_back(pooled.sojourn.bins());
    observation.estimands = {pooled.sojourn.mean_ns(), pooled.wait.mean_ns()};
  }
  pooled.take(std::move(outcome));
  return observation;
}

StoppingRule rule_for(const Point& point, Estimated estimated,
                      const std::optional<SteadyState>& state) {
  StoppingRule rule;
  rule.estimands = estimated == Estimated::makespan
                       ? std::vector<std::string>{"makespan_ns"}
                       : std::vector<std::string>{"sojourn_mean_ns", "wait_mean_ns"};
  rule.relative_half_width = point.precision;
  rule.replications_min = replications_min_of(state);
  rule.replications_max = kReplicationsMax;
  return rule;
}

// The quantiles of all replications together, which the pooled histogram then has, too.
void estimate_quantiles(Estimates& estimates, PooledRuns& pooled,
                        const std::optional<SteadyState>& state) {
  const auto kept = static_cast<double>(pooled.sojourn.count());
  for (const double q : kReportedQuantiles) {
    Estimate found = pooled_quantile(pooled.sojourns_of_runs, 1 - q);
    if (pooled.sojourn.is_exact(q)) {
      // All replications have this one quantile, as those of a trace without chance have.
      const auto value = static_cast<double>(pooled.sojourn.quantile_ns(q));
      found = {value, value, value};
    } else {
      pooled.sojourn.restore_quantile(q, static_cast<std::uint64_t>(std::llround(found.value)));
    }
    estimates.sojourn_quantiles.push_back(
        {.interval = {q, found.value, found.low, found.high},
         .requests_needed = state ? needed_beyond(*state, q, kept) : 0});
  }
}

Estimates estimates_of(const Point& point, ReplicationResult<PooledRuns>& runs, Estimated estimated,
                       const std::optional<SteadyState>& state) {
  Estimates estimates;
  estimates.regime = state ? Regime::steady : Regime::terminating;
  estimates.estimand = described(estimated);
  estimates.replications = runs.replications;
  estimates.warmup_deleted = runs.payload.warmup_deleted;
  estimates.precision_asked = point.precision;
  estimates.by_replication = runs.estimands.front().values;
  estimates.precision_reached = runs.estimands.front().interval.relative_half_width();
  if (estimated == Estimated::makespan) {
    estimates.makespan = runs.estimands[0].interval;
    return estimates;
  }
  estimates.sojourn_mean = runs.estimands[0].interval;
  estimates.wait_mean = runs.estimands[1].interval;
  if (runs.replications > 0) estimate_quantiles(estimates, runs.payload, state);
  if (!state) return estimates;
  const auto kept = static_cast<double>(runs.payload.sojourn.count());
  estimates.requests_needed = needed_beyond(*state, std::nullopt, kept);
  estimates.trustworthy = estimates.requests_needed == 0;
  estimates.theory = theory_of(point, state->loop);
  return estimates;
}

// Each request of a finite input counts, and one run has no interval.
Estimates estimates_of_finite_run(const Row& row) {
  constexpr double kUnknown = std::numeric_limits<double>::infinity();
  Estimates estimates;
  estimates.regime = Regime::terminating;
  estimates.estimand = "mean sojourn of all requests of a finite input, by one run";
  estimates.sojourn_mean = Interval{row.sojourn.mean_ns(), kUnknown, 1};
  estimates.wait_mean = Interval{row.wait.mean_ns(), kUnknown, 1};
  estimates.precision_reached = kUnknown;
  return estimates;
}

Estimates estimates_of_steady_run(const Point& point, const SteadyState& state,
                                  std::span<const RequestSample> kept) {
  Estimates estimates;
  estimates.regime = Regime::steady;
  estimates.estimand = "mean sojourn in the steady state, by batch means of one run";
  const std::vector<double> sojourns = values_of(kept, &RequestSample::sojourn);
  const BatchEstimate mean = batch_means(sojourns);
  estimates.sojourn_mean = mean.interval;
  estimates.wait_mean = batch_means(values_of(kept, &RequestSample::wait)).interval;
  const double in_all = static_cast<double>(kept.size()) * point.repetitions;
  for (const QuantileInterval& found : quantile_intervals(sojourns, kReportedQuantiles)) {
    estimates.sojourn_quantiles.push_back(
        {.interval = found, .requests_needed = needed_beyond(state, found.q, in_all)});
  }
  estimates.precision_reached = mean.interval.relative_half_width();
  estimates.requests_needed = needed_beyond(state, std::nullopt, in_all);
  // The batches of one of several repetitions decide nothing.
  const bool settled = point.repetitions > 1 || !mean.correlated;
  estimates.trustworthy = estimates.requests_needed == 0 && settled;
  estimates.theory = theory_of(point, state.loop);
  return estimates;
}

}  // namespace

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

void estimate_one_run(Row& row, const Point& point, const WorkloadInfo& workload,
                      std::span<const RequestSample> samples) {
  const std::optional<SteadyState> state = steady_state_of(point, workload);
  const std::uint64_t deleted = state ? warm_up_of(point, *state, samples.size()).deleted : 0;
  const auto kept = samples.subspan(deleted);
  row.wait = LatencyHistogram::of_run(values_of(kept, &RequestSample::wait));
  row.sojourn = LatencyHistogram::of_run(values_of(kept, &RequestSample::sojourn));
  if (state) {
    row.estimates = estimates_of_steady_run(point, *state, kept);
    row.estimates->warmup_deleted = deleted;
  } else if (point.is_virtual() && workload.open_loop(point.workload, setup_of(point))) {
    row.estimates = estimates_of_finite_run(row);
  }
}

Row measure_precisely(const Point& asked, const WorkloadCatalog& workloads,
                      const std::function<bool()>& stop) {
  const WorkloadInfo& info = workloads.named(asked.workload.name);
  const Point point = with_planned_requests(asked);
  const std::optional<SteadyState> state = steady_state_of(point, info);
  const Estimated estimated = estimated_of(open_loop_of(point, workloads), state);
  const auto body = [&](std::uint32_t replication) {
    Point one = point;
    one.seed = point.seed + replication;
    return observe(one, info, estimated, state);
  };
  ReplicationResult<PooledRuns> runs =
      replicate(rule_for(point, estimated, state), body, point.threads, stop);
  Row row = row_for(asked, info);
  row.estimates = estimates_of(point, runs, estimated, state);
  row.greedy_bounds = greedy_bounds_of(point, info);
  std::move(runs.payload).give_to(row, runs.replications);
  return row;
}

}  // namespace loopsteal
