#include "bench/calibrate/originals/original_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "bench/calibrate/operation_counts.hpp"
#include "bench/calibrate/solution.hpp"
#include "bench/measure/statistics.hpp"

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
        {"", entry,
         cost_of(
             answer, each, [j](const OriginalSolution& s) { return s.entries[j]; },
             origin_of(target, entry))});
  }
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
  each.makespans.push_back(answer.makespan_ns);
  each.cpu.push_back(answer.cpu_ns);
}

CostsFile OriginalCalibration::costs(CostsFile head) {
  head.compiler = server_.version();
  return costs_of_original(target_, runs_, std::move(head));
}

}  // namespace loopsteal
