#include "bench/calibrate/operation_counts.hpp"

#include <algorithm>
#include <array>

#include "sched/core/assert.hpp"

namespace loopsteal {
namespace {

constexpr std::array<std::string_view, 2> kOwnCode = {"callback", "piece"};

// Operation whose cost an entry is; none for run, moved, lock and wake_up.
std::optional<Op> op_of(const CostEntry& entry) {
  CostModel costs;
  entry.of(costs) = Duration(1);
  const auto found = std::ranges::find(costs.ops, Duration(1));
  if (found == costs.ops.end()) return std::nullopt;
  return static_cast<Op>(found - costs.ops.begin());
}

struct Usual {
  std::string_view name;
  double ns;
};
constexpr Usual kUsual[] = {
    {"run", 3},           {"lock", 15},       {"wake_up", 15'000},  {"push_local", 3},
    {"push_remote", 20},  {"pop_local", 3},   {"pop_remote", 20},   {"lifo_poll", 3},
    {"overflow", 500},    {"search", 20},     {"steal_attempt", 5}, {"steal_operation", 100},
    {"stolen_job", 20},   {"park", 100},      {"unpark", 5'000},    {"timer_insert", 30},
    {"timer_cancel", 30}, {"timer_fire", 30}, {"poll", 300},        {"iteration", 10},
    {"spawn", 20},        {"callback", 40},   {"piece", 300},       {"nap", 5'000},
    {"client", 10'000},   {"moved", 200}};

}  // namespace

std::size_t count_of_unknowns() { return cost_entries().size() + kOwnCode.size(); }

std::size_t unknown_named(std::string_view name) {
  const std::span<const CostEntry> entries = cost_entries();
  const auto entry = std::ranges::find(entries, name, &CostEntry::name);
  if (entry != entries.end()) return static_cast<std::size_t>(entry - entries.begin());
  const auto own = std::ranges::find(kOwnCode, name);
  LOOPSTEAL_CHECK(own != kOwnCode.end(), "an unknown of calibration that there is none of");
  return entries.size() + static_cast<std::size_t>(own - kOwnCode.begin());
}

std::string_view entry_of_unknown(std::size_t unknown) {
  return unknown < cost_entries().size() ? cost_entries()[unknown].name : std::string_view{};
}

double usual_ns_of_unknown(std::size_t unknown) {
  const std::size_t entries = cost_entries().size();
  const std::string_view name =
      unknown < entries ? cost_entries()[unknown].name : kOwnCode[unknown - entries];
  const auto found = std::ranges::find(kUsual, name, &Usual::name);
  return found == std::end(kUsual) ? 10 : found->ns;  // A new entry gets some size.
}

std::vector<double> counts_of(const Probe& probe, const Measurement& run, double locks) {
  std::vector<double> counts(count_of_unknowns());
  std::uint64_t jobs = 0;
  std::uint64_t local = 0;
  for (const WorkerStats& worker : run.workers) {
    jobs += worker.poll_count;
    local += worker.local_run_count;
  }
  for (std::size_t i = 0; i < cost_entries().size(); ++i) {
    const std::optional<Op> op = op_of(cost_entries()[i]);
    if (op) counts[i] = static_cast<double>(run.total(*op));
  }
  counts[unknown_named("run")] = static_cast<double>(jobs);
  counts[unknown_named("moved")] = static_cast<double>(jobs - local);
  counts[unknown_named("lock")] = locks;
  counts[unknown_named("spawn")] = static_cast<double>(probe.tasks());
  counts[unknown_named("callback")] = static_cast<double>(probe.callbacks());
  counts[unknown_named("piece")] = static_cast<double>(probe.pieces());
  return counts;
}

std::vector<double> counts_in_virtual_time(const Probe& probe) {
  // If only locks take time, one nanosecond each, the makespan counts them.
  CostModel locks;
  locks.lock = Duration(1);
  const Measurement run = run_in_virtual_time(probe, locks);
  const std::int64_t pieces = static_cast<std::int64_t>(probe.pieces()) * kPieceWork.ns;
  return counts_of(probe, run, static_cast<double>(run.makespan.count() - pieces));
}

}  // namespace loopsteal
