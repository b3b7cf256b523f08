#include "bench/advise/simulation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "bench/measure/run_once.hpp"
#include "bench/measure/steady_state.hpp"
#include "bench/measure/ties.hpp"
#include "bench/statistics/replications.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr std::uint64_t kRequestsMin = 20'000;     // Enough for a p99.9.
constexpr std::uint64_t kRequestsMax = 3'000'000;  // Half a second.
// The longest replication whose warm-up alone takes so long; beyond that a load is too high for
// advice.
constexpr double kRequestsCap = 30e6;
// A fifth of a replication goes into the warm-up.
constexpr double kWarmUpsInReplication = 5;
// So many requests at least have to lie beyond a quantile.
constexpr double kBeyond = 10;

// What comes out of replications besides numbers.
struct Outcomes {
  bool ok = true;
  std::vector<LatencyBins> sojourns = {};

  void merge(const Outcomes& other) {
    ok = ok && other.ok;
    sojourns.insert(sojourns.end(), other.sojourns.begin(), other.sojourns.end());
  }
};

LatencyBins bins_of(std::span<const RequestSample> requests) {
  std::vector<std::uint64_t> counts(kDelayBins);
  for (const RequestSample& request : requests)
    counts[delay_bin(static_cast<std::uint64_t>(request.sojourn.count()))] += 1;
  LatencyHistogram histogram;
  histogram.add_bins(counts);
  return histogram.bins();
}

// What a run says. It refers to the requests of `outcome`.
RunRecord record_of(const RunOutcome& outcome, const RequestBlocks& blocks, const Point& point,
                    const std::optional<SteadyState>& state) {
  RunRecord record{
      .requests = {}, .makespan = outcome.measurement.makespan, .tasks = outcome.result.tasks};
  if (blocks.in_use()) {
    record.sojourns = blocks.sojourns();
    return record;
  }
  const std::span<const RequestSample> samples = outcome.result.samples;
  record.requests = samples.subspan(state ? warm_up_of(point, *state, samples.size()) : 0);
  return record;
}

double requests_needed(Metric metric) {
  switch (metric) {
    case Metric::p999:
      return kBeyond * 1000;
    case Metric::p99:
      return kBeyond * 100;
    case Metric::p90:
      return kBeyond * 10;
    default:
      return 1;
  }
}

void check_requests(const Objective& objective, std::size_t requests) {
  if (!objective.of_sojourns()) return;
  if (requests == 0) {
    throw SpecError(fmt::format(
        "This workload has no requests whose {} could be limited. Limit its makespan or its "
        "throughput, as in --slo 'makespan<=10ms' or 'throughput>=1000/s'.",
        to_string(objective.metric)));
  }
  const double needed = requests_needed(objective.metric);
  if (static_cast<double>(requests) < needed) {
    throw SpecError(
        fmt::format("A {} takes {:.0f} requests, and a replication has {} that count: take more "
                    "requests (count=) or a longer trace, or a quantile nearer to the middle.",
                    to_string(objective.metric), needed, requests));
  }
}

StoppingRule fixed_number(std::uint32_t count, std::size_t objectives) {
  StoppingRule rule;
  rule.estimands.assign(2 * objectives, "reading");
  rule.replications_min = count;
  rule.replications_max = count;
  return rule;
}

}  // namespace

Point Simulation::point_of(const Candidate& candidate) const {
  Point point{.scheduler = canonical_scheduler(parse_spec(candidate.scheduler)),
              .workload = demand_.on(candidate.workers),
              .machine = "sim",
              .workers = candidate.workers,
              .cpus = std::max(options_.cpus, candidate.workers),
              .seed = options_.seed,
              .size = Size::full};
  point.costs = options_.costs.for_scheduler(point.scheduler.name);
  if (step_of_ties(point, workloads_.named(point.workload.name))) point.shuffle_ties = kTiesYes;
  if (demand_.kind() == DemandKind::steady) {
    point.workload.settings.emplace_back("count", std::to_string(requests_on(candidate.workers)));
  }
  return point;
}

std::optional<QueueLoad> Simulation::queue_of(const Point& point) const {
  if (demand_.kind() != DemandKind::steady) return std::nullopt;
  const auto state = steady_state_of(point, workloads_.named(point.workload.name));
  return state ? std::optional(state->queue) : std::nullopt;
}

std::uint64_t Simulation::requests_on(WorkerId workers) const {
  if (const auto asked = demand_.requests_asked()) return *asked;
  // Nothing forgets more slowly than separate loops with a worker each.
  const Point point{.scheduler = {"sharded_loops", {}},
                    .workload = demand_.on(workers),
                    .machine = "sim",
                    .workers = workers,
                    .size = Size::full};
  const std::optional<QueueLoad> queue = queue_of(point);
  if (!queue) return kRequestsMin;
  const double relaxation = relaxation_jobs(*queue);
  const double wanted = kWarmUpsInReplication * kWarmUpRelaxationTimes * relaxation;
  const auto kept_short =
      std::clamp(static_cast<std::uint64_t>(std::min(wanted, 1e9)), kRequestsMin, kRequestsMax);
  const double least = std::min(jobs_for_warm_up(relaxation), kRequestsCap);
  return std::max(kept_short, static_cast<std::uint64_t>(least));
}

bool Simulation::trustworthy(const Candidate& candidate, std::uint32_t replications) const {
  if (demand_.kind() != DemandKind::steady) return true;
  const std::optional<QueueLoad> queue = queue_of(point_of(candidate));
  const auto requests = static_cast<double>(requests_on(candidate.workers));
  return queue && loopsteal::trustworthy(*queue, requests * replications);
}

Evidence Simulation::measure(const Candidate& candidate, std::uint32_t first,
                             std::uint32_t count) const {
  const Point point = point_of(candidate);
  const WorkloadInfo& info = workloads_.named(point.workload.name);
  const std::optional<SteadyState> state = steady_state_of(point, info);
  const std::vector<Objective>& objectives = options_.objectives;

  const auto body = [&](std::uint32_t replication) {
    Point one = point;
    one.seed = point.seed + first + replication;
    const std::optional<Demand> drawn = demand_.drawn(one.seed);  // Lasts as long as the run.
    if (drawn) one.workload = drawn->on(candidate.workers);
    RequestBlocks blocks = blocks_for(one, state);
    const RunOutcome outcome = run_once(one, info, nullptr, &blocks);
    const RunRecord record = record_of(outcome, blocks, one, state);
    Observation<Outcomes> observation;
    observation.payload.ok = outcome.result.answer_ok;
    for (const Objective& objective : objectives) {
      check_requests(objective, record.requests_that_count());
      const Reading reading = read(objective, record);
      observation.estimands.insert(observation.estimands.end(), {reading.value, reading.excess});
    }
    if (std::ranges::any_of(objectives, &Objective::is_quantile)) {
      observation.payload.sojourns.push_back(record.sojourns ? record.sojourns->bins()
                                                             : bins_of(record.requests));
    }
    return observation;
  };

  Evidence evidence;
  try {
    auto runs =
        replicate(fixed_number(count, objectives.size()), body, options_.threads, options_.stop);
    if (runs.reason == StopReason::stopped) throw Stopped{};
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      std::vector<Reading>& readings = evidence.readings.emplace_back();
      for (std::uint32_t k = 0; k < count; ++k) {
        readings.push_back({runs.estimands[2 * i].values[k], runs.estimands[2 * i + 1].values[k]});
      }
    }
    evidence.sojourns = std::move(runs.payload.sojourns);
    if (!runs.payload.ok) evidence.error = "it gave a wrong answer";
  } catch (const Stopped&) {
    throw;
  } catch (const UnknownCosts& error) {
    evidence.error = error.what();  // The candidate is out; the others are not.
  } catch (const SpecError&) {
    throw;
  } catch (const std::exception& error) {
    evidence.error = error.what();
  }
  return evidence;
}

}  // namespace loopsteal
