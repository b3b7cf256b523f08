#include "bench/calibrate/originals/original_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "bench/calibrate/operation_counts.hpp"
#include "bench/calibrate/originals/contained_costs.hpp"
#include "bench/calibrate/originals/micro_programs.hpp"
#include "bench/calibrate/solution.hpp"
#include "bench/statistics/quantile.hpp"

namespace loopsteal {
namespace {

using Number = std::function<double(const OriginalSolution&)>;

MeasuredCost cost_of(const OriginalSolution& answer, const std::vector<OriginalSolution>& each,
                     const Number& number, std::string origin) {
  std::vector<double> values;
  for (const OriginalSolution& solution : each) values.push_back(number(solution));
  const auto quartile = [&](double share) {
    return std::round(interpolated_quantile(values, share) * 10) / 10;
  };
  return {.value = Duration(std::llround(number(answer))),
          .spread_ns = std::pair(quartile(0.25), quartile(0.75)),
          .origin = std::move(origin)};
}

// Entries that are of the family's own ways between threads, and of no other scheduler.
std::string owner_of(const OriginalTarget& target, std::string_view entry) {
  constexpr std::string_view kOwn[] = {"push_remote", "unpark", "wake_up", "timer_wake_up",
                                       "stolen_job"};
  return std::ranges::find(kOwn, entry) == std::end(kOwn) ? "" : std::string(target.family);
}

// What one way took, in the median.
MeasuredCost probe_of(const MicroRuns& runs) {
  std::vector<double> ways;
  for (const double makespan : runs.makespans)
    ways.push_back(makespan / static_cast<double>(*samples_of(runs.micro)));
  const auto quartile = [&](double share) {
    return std::round(interpolated_quantile(ways, share) * 10) / 10;
  };
  return {.value = Duration(std::llround(median(ways))),
          .spread_ns = std::pair(quartile(0.25), quartile(0.75)),
          .origin = runs.micro.program == "hand_overs"
                        ? "median round trip between two loops in two threads"
                        : "median way from a thread outside to a task on a parked worker"};
}

}  // namespace

CostsFile costs_of_original(const OriginalTarget& target, const std::vector<MicroRuns>& runs,
                            CostsFile head) {
  const OriginalSolution answer = solve_original(target, runs, kMedians);
  std::vector<OriginalSolution> each;
  for (std::size_t r = 0; r < runs.front().makespans.size(); ++r)
    each.push_back(solve_original(target, runs, r));
  for (std::size_t j = 0; j < cost_entries().size(); ++j) {
    if (!answer.shown[j]) continue;
    const std::string entry(entry_of_unknown(j));
    head.tables.push_back(
        {owner_of(target, entry), entry,
         cost_of(
             answer, each, [j](const OriginalSolution& s) { return s.entries[j]; },
             origin_of(target, entry))});
  }
  add_contained(head, target);
  for (const MicroRuns& probe : runs)
    if (probe.micro.program == "hand_overs" || probe.micro.program == "injections")
      head.tables.push_back({"probe", probe.micro.program, probe_of(probe)});
  for (const WorkloadShare& share : workload_shares()) {
    head.tables.push_back(
        {"work", std::string(share.workload),
         cost_of(
             answer, each, [&share](const OriginalSolution& s) { return share.ns(s); },
             fmt::format("tasks: {}, pieces: {}, events: {}, hops: {} of the micro programs",
                         share.tasks, share.pieces, share.events, share.hops))});
  }
  return head;
}

OriginalCalibration::OriginalCalibration(const OriginalTarget& target, OriginalServer& server,
                                         double scale)
    : target_(target), server_(server), runs_(micro_programs(target, scale)) {
  for (const MicroRuns& each : runs_) server_.run(each.micro);
}

std::string OriginalCalibration::name(std::size_t program) const {
  return runs_[program].micro.name();
}

void OriginalCalibration::run(std::size_t program) {
  MicroRuns& each = runs_[program];
  const OriginalAnswer answer = server_.run(each.micro);
  const std::optional<std::uint64_t> samples = samples_of(each.micro);
  each.makespans.push_back(samples && answer.p50_ns ? *answer.p50_ns * static_cast<double>(*samples)
                                                    : answer.makespan_ns);
  each.cpu.push_back(answer.cpu_ns);
}

CostsFile OriginalCalibration::costs(CostsFile head) {
  head.compiler = server_.version();
  return costs_of_original(target_, runs_, std::move(head));
}

}  // namespace loopsteal
