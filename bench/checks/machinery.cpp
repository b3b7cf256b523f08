// Basis of all other checks: randomness, determinism, accounting, intervals and predictions.
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "bench/checks/check.hpp"
#include "bench/checks/steady_state.hpp"
#include "bench/statistics/batch_means.hpp"
#include "bench/statistics/replications.hpp"
#include "bench/statistics/run_length.hpp"
#include "sched/core/random/mix.hpp"
#include "sched/core/random/random.hpp"

namespace loopsteal::checks {
namespace {

// ---- Randomness and determinism ----------------------------------------------------------------

struct KnownAnswer {
  PhiloxCounter counter;
  PhiloxKey key;
  PhiloxCounter answer;
};
// From Random123, the authors' library.
constexpr KnownAnswer kKnownAnswers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};

double known_answers_met() {
  int met = 0;
  for (const KnownAnswer& known : kKnownAnswers)
    met += philox4x32_10(known.counter, known.key) == known.answer;
  return met;
}

constexpr const char* kPolicies[] = {"event_loop", "sharded_loops:placement=random", "shared_queue",
                                     "work_stealing", "work_stealing:preset=rayon"};

std::uint64_t hash_of(Workbench& bench, const char* policy, std::uint32_t replication) {
  constexpr std::uint64_t kRequests = 2'000;
  const SteadyState state{.scheduler = policy, .workers = 8};
  const RunOutcome outcome = bench.run(point_of(state, kRequests, bench.seed_of(replication)));
  return outcome.measurement.virtual_account.value().trace_hash;
}

// Hashes of some replications, each of all policies in the given order, by number.
struct Hashes {
  std::vector<std::uint64_t> values;
  void merge(const Hashes& other) {
    values.insert(values.end(), other.values.begin(), other.values.end());
  }
};

template <class Order>
std::vector<std::uint64_t> hashes(Workbench& bench, unsigned threads, const Order& order) {
  constexpr std::uint32_t kReplications = 16;
  const StoppingRule rule{.estimands = {"policies"},
                          .replications_min = kReplications,
                          .replications_max = kReplications};
  const auto body = [&](std::uint32_t replication) {
    Observation<Hashes> observation;
    observation.payload.values.resize(std::size(kPolicies));
    for (const std::size_t i : order)
      observation.payload.values[i] = hash_of(bench, kPolicies[i], replication);
    observation.estimands = {static_cast<double>(std::size(kPolicies))};
    return observation;
  };
  return replicate(rule, body, threads).payload.values;
}

double differing(const std::vector<std::uint64_t>& one, const std::vector<std::uint64_t>& other) {
  double count = 0;
  for (std::size_t i = 0; i < one.size(); ++i) count += one[i] != other[i];
  return count;
}

Check determinism() {
  return {.id = "G23",
          .what = "random numbers and determinism",
          .parameters = "Philox4x32-10; trace hashes of 5 policies, 16 replications",
          .quick = true,
          .alone = true,
          .targets = {exactly("known answers of 3", 3), exactly("hashes that differ, 2 threads", 0),
                      exactly("hashes that differ, 8 threads", 0),
                      exactly("hashes that differ, other order", 0)},
          .run = [](Workbench& bench) {
            std::vector<std::size_t> forward(std::size(kPolicies));
            std::iota(forward.begin(), forward.end(), std::size_t{0});
            const std::vector<std::size_t> backward(forward.rbegin(), forward.rend());
            const auto reference = hashes(bench, 1, forward);
            const auto against = [&](const std::vector<std::uint64_t>& other) {
              return known(differing(reference, other));
            };
            return std::vector{known(known_answers_met()), against(hashes(bench, 2, forward)),
                               against(hashes(bench, 8, forward)),
                               against(hashes(bench, 1, backward))};
          }};
}

// ---- Accounting --------------------------------------------------------------------------------

// Every run checks its own accounting: a violation is an exception, which fails the check in which
// it happens. This check counts all of them; alone, it makes some runs to count.
Check invariants() {
  return {
      .id = "G24",
      .what = "Little's law and accounts",
      .parameters = "all virtual runs of this program",
      .quick = true,
      .alone = true,
      .targets = {exactly("runs that break an invariant", 0)},
      .run = [](Workbench& bench) {
        constexpr std::uint64_t kRequests = 20'000;
        for (const char* const policy : kPolicies) {
          for (const char* const costs : {"zero", "zero,run=1us,steal_attempt=2us,lock=1us"}) {
            static_cast<void>(bench.run(point_of(
                {.scheduler = policy, .workers = 8, .costs = costs}, kRequests, bench.seed_of(0))));
          }
        }
        bench.note(fmt::format("{} runs", bench.ledger().runs.load()));
        return std::vector{known(static_cast<double>(bench.ledger().breaches.load()))};
      }};
}

// ---- Intervals and predictions -----------------------------------------------------------------

constexpr double kSojourn = 5;  // Of M/M/1 at a load of .8.

bool covers(Workbench& bench, std::uint32_t replication) {
  constexpr std::uint64_t kWarmUp = 20'000;
  constexpr std::uint64_t kCounted = 200'000;
  const RunOutcome outcome = bench.run(
      point_of({.scheduler = "event_loop"}, kWarmUp + kCounted, bench.seed_of(replication)));
  std::vector<double> sojourns;
  sojourns.reserve(kCounted);
  for (const RequestSample& sample : std::span(outcome.result.samples).subspan(kWarmUp))
    sojourns.push_back(static_cast<double>(sample.sojourn.count()) / kUnitNs);
  return batch_means(sojourns).interval.contains(kSojourn);
}

Check coverage() {
  return {.id = "G25",
          .what = "coverage of intervals",
          .parameters = "M/M/1 load .8, batch means of 200 k jobs, 95 %, 300 replications",
          .targets = {between("share that covers", 0.88, 0.975)},
          .run = [](Workbench& bench) {
            const auto count = static_cast<std::uint32_t>(bench.scaled(300));
            std::vector<char> covered(count);
            bench.each(count, [&](std::uint32_t i) { covered[i] = covers(bench, i); });
            double share = 0;
            for (const char one : covered) share += one;
            share /= count;
            const double error = std::sqrt(share * (1 - share) / count);
            return std::vector{Interval{share, normal_z(kConfidence) * error, count}};
          }};
}

Interval forecast_over_obtained(Workbench& bench, double load) {
  constexpr std::uint64_t kJobs = 20'000'000;
  const Interval obtained =
      estimate(
          bench,
          {.scheduler = "event_loop", .load = load, .jobs = kJobs, .warm_up = warm_up_of(load)},
          {mean_sojourn()})
          .front();
  const double forecast =
      sojourn_half_width({.load = load}, static_cast<double>(bench.scaled(kJobs)));
  return known(forecast / obtained.relative_half_width());
}

Check forecast() {
  return {
      .id = "G26",
      .what = "forecast of precision",
      .parameters = "M/M/1 load .8 and .9, 20 M jobs: forecast / obtained half-width",
      .targets = {inside("load .8", 0.5, 2), inside("load .9", 0.5, 2)},
      .run = [](Workbench& bench) {
        return std::vector{forecast_over_obtained(bench, 0.8), forecast_over_obtained(bench, 0.9)};
      }};
}

}  // namespace

std::vector<Check> machinery_checks() {
  return {determinism(), invariants(), coverage(), forecast()};
}

}  // namespace loopsteal::checks
