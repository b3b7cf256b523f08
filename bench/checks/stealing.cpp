// Pools whose workers steal: without costs, with very many workers, with costs.
#include <fmt/format.h>

#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"
#include "bench/measure/ties.hpp"

namespace loopsteal::checks {
namespace {

// ---- Without costs: as good as one queue -------------------------------------------------------

struct Variant {
  const char* order;
  const char* amount;
};
constexpr Variant kVariants[] = {
    {"fifo", "one"}, {"fifo", "half"}, {"lifo", "one"}, {"lifo", "half"}};

// Time that workers slept while a job was ready, in mean services.
Estimand idle_beside_work() {
  return [](const SteadyRun& run) {
    const VirtualAccount& account = run.outcome.measurement.virtual_account.value();
    return static_cast<double>(account.idle_while_work_waited.count()) / kUnitNs;
  };
}

Check conserving() {
  Check check{
      .id = "G8",
      .what = "stealing without costs = M/G/N",
      .parameters = "random_stealing, N=16 load .9, random placement",
      .quick = true,
      .run = [](Workbench& bench) {
        std::vector<Interval> all;
        for (const char* const service : {"exp", "det"}) {
          for (const Variant& variant : kVariants) {
            const std::vector<Interval> one = estimate(
                bench,
                {.scheduler = fmt::format("random_stealing:searchers=all,local_order={},steal={}",
                                          variant.order, variant.amount),
                 .service = service,
                 .load = 0.9,
                 .workers = 16,
                 .jobs = 20'000'000,
                 .warm_up = warm_up_of(0.9, 16)},
                {mean_sojourn(), idle_beside_work()});
            all.insert(all.end(), one.begin(), one.end());
          }
        }
        return all;
      }};
  for (const char* const service : {"exp", "det"}) {
    const bool exponential = std::string_view(service) == "exp";
    for (const Variant& variant : kVariants) {
      const std::string name = fmt::format("{}, {}, {}", service, variant.order, variant.amount);
      check.targets.push_back(exponential ? within(name + ": E[T]", 1.369590, 0.7)
                                          : within(name + ": E[T]", 1.192467, 0.3));
      check.targets.push_back(exactly(name + ": idle beside work", 0));
    }
  }
  return check;
}

// ---- Very many workers -------------------------------------------------------------------------

// Simple stealing, with further settings; its slowest time constant is some dozens of services.
SteadyState mean_field(const std::string& settings, WorkerId workers, double warm_up = 200) {
  return {.scheduler = "random_stealing:preset=mean-field" + settings,
          .load = 0.9,
          .workers = workers,
          .jobs = 20'000'000,
          .warm_up = warm_up,
          // Fewer and longer if there are so many workers that the warm-up takes long.
          .replications = workers > 1'000 ? 10u : 20u};
}

constexpr WorkerId kMany = 4096;

std::vector<Interval> sojourns(Workbench& bench, const std::vector<SteadyState>& states) {
  std::vector<Interval> all;
  for (const SteadyState& state : states)
    all.push_back(estimate(bench, state, {mean_sojourn()}).front());
  return all;
}

Check simple_stealing() {
  return {.id = "G10",
          .what = "simple stealing",
          .parameters = "preset mean-field, load .9, N=4096 and 128",
          .quick = true,
          .targets = {within("N=4096 E[T]", 3.5418, 0.7), within("N=128 E[T]", 3.556, 1)},
          .run = [](Workbench& bench) {
            return sojourns(bench, {mean_field("", kMany), mean_field("", 128)});
          }};
}

Check repeated_attempts() {
  return {.id = "G11",
          .what = "repeated attempts",
          .parameters = "preset mean-field, load .9, N=4096, r=1 and 10",
          .targets = {within("r=1 E[T]", 2.679449, 0.7), within("r=10 E[T]", 1.533529, 1.2)},
          .run = [](Workbench& bench) {
            return sojourns(bench, {mean_field(",retry_rate=1000", kMany),
                                    mean_field(",retry_rate=10000", kMany)});
          }};
}

Check transfer_latency() {
  return {.id = "G12",
          .what = "transfer latency",
          .parameters = "preset mean-field, load .9, N=4096: 4 and threshold 4; 1 and 2",
          .targets = {within("latency 4 E[T]", 7.01471, 1), within("latency 1 E[T]", 5.26133, 1)},
          .run = [](Workbench& bench) {
            constexpr double kSlow = 400;  // Late stealing needs a long warm-up.
            return sojourns(
                bench,
                {mean_field(",transfer=exp,transfer_latency=4ms,victim_threshold=4", kMany, kSlow),
                 mean_field(",transfer=exp,transfer_latency=1ms", kMany, kSlow)});
          }};
}

// ---- With costs --------------------------------------------------------------------------------

// No worker parks and nothing else costs, so workers search whenever they do not serve: for 1 -
// load of the time. The random deviation of the load is known and subtracted, so few jobs are
// enough.
Estimand search_share_at(double load) {
  return [load](const SteadyRun& run) {
    const Measurement& measurement = run.outcome.measurement;
    Duration accounted_for = time_served(run.outcome);
    for (const WorkerStats& worker : measurement.workers) accounted_for += worker.searching;
    const double all = static_cast<double>(measurement.makespan.count()) *
                       static_cast<double>(measurement.workers.size());
    return static_cast<double>(accounted_for.count()) / all - load;
  };
}

Check probing() {
  return {.id = "G22",
          .what = "stealing pool with probe cost",
          .parameters = "preset probing, N=32 load .7, probe=steal=.1",
          .quick = true,
          .targets = {within("E[T]", 1.5006, 0.8), within("p50 T", 1.2205, 0.8),
                      within("p99 T", 5.303, 1.2), within("steals/task", 0.820, 0.8),
                      within("search share", 0.300, 0.4)},
          .run = [](Workbench& bench) {
            return estimate(bench,
                            {.scheduler = "random_stealing:preset=probing",
                             .load = 0.7,
                             .workers = 32,
                             .costs = "zero,steal_attempt=100us,steal_operation=100us",
                             .jobs = 3'000'000,
                             .warm_up = warm_up_of(0.7)},
                            {mean_sojourn(), sojourn_quantile(0.5), sojourn_quantile(0.99),
                             operations_per_request(Op::steal_operation), search_share_at(0.7)});
          }};
}

// All sizes are equal: looks, steals and services are on one grid, so the order of ties decides.
// The targets are those of an independent simulation that draws it, within 0.25 %.
Check probing_on_a_grid() {
  return {.id = "G27",
          .what = "stealing pool with probe cost, ties drawn",
          .parameters = "as G22, deterministic service, shuffle-ties=auto",
          .quick = true,
          .targets = {within("E[T]", 1.4574, 0.8), within("steals/task", 0.8035, 0.8),
                      within("stolen/task", 0.6249, 0.8)},
          .run = [](Workbench& bench) {
            return estimate(bench,
                            {.scheduler = "random_stealing:preset=probing",
                             .service = "det",
                             .load = 0.7,
                             .workers = 32,
                             .costs = "zero,steal_attempt=100us,steal_operation=100us",
                             .jobs = 3'000'000,
                             .warm_up = warm_up_of(0.7),
                             .shuffle_ties = kTiesAuto},
                            {mean_sojourn(), operations_per_request(Op::steal_operation),
                             operations_per_request(Op::stolen_job)});
          }};
}

}  // namespace

std::vector<Check> stealing_checks() {
  return {conserving(),       simple_stealing(), repeated_attempts(),
          transfer_latency(), probing(),         probing_on_a_grid()};
}

}  // namespace loopsteal::checks
