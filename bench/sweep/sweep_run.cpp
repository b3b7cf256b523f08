#include "bench/sweep/sweep_run.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/standard_streams.hpp"
#include "bench/statistics/replications.hpp"
#include "bench/sweep/planned_row.hpp"
#include "sched/core/knobs.hpp"

namespace loopsteal {
namespace {

std::set<std::string> measured_ids(const std::string& folder) {
  std::set<std::string> ids;
  for (const ShardRows& shard : read_shards(folder)) {
    for (const Json& row : shard.rows) {
      if (ended(row)) ids.insert(row[kPointIdField].get<std::string>());
    }
  }
  return ids;
}

std::string file_of(const Shard& shard) {
  return fmt::format("shard-{}-of-{}", shard.index, shard.of);
}

std::string say_what_failed(const Json& row) {
  if (!row.contains("error_occurred")) return {};
  return fmt::format("loopsteal: FAILED {} (seed {}): {}\n", row["name"].get<std::string>(),
                     row["seed"].get<std::uint64_t>(), row["error_message"].get<std::string>());
}

}  // namespace

Shard parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    throw SpecError(fmt::format("\"{}\" is no shard: write it as in 1/4.", text));
  }
  const auto part = [](std::string_view number) {
    return static_cast<std::size_t>(parse_integer(number, Range{1, 1'000'000}));
  };
  const Shard shard{.index = part(text.substr(0, slash)), .of = part(text.substr(slash + 1))};
  if (shard.index > shard.of) {
    throw SpecError(fmt::format("There is no shard {} of {}.", shard.index, shard.of));
  }
  return shard;
}

SweepRun::SweepRun(const SweepPlan& plan, const WorkloadCatalog& workloads, SweepRunOptions options)
    : workloads_(workloads),
      options_(std::move(options)),
      left_([&] {
        const std::set<std::string> measured = measured_ids(options_.folder);
        std::vector<const Entry*> left;
        for (std::size_t i = options_.shard.index - 1; i < plan.entries.size();
             i += options_.shard.of) {
          const Entry& entry = plan.entries[i];
          if (measured.contains(entry.id)) {
            ++there_already_;
          } else {
            left.push_back(&entry);
          }
        }
        return left;
      }()),
      writer_(std::make_unique<ShardWriter>(options_.folder, file_of(options_.shard),
                                            options_.context)),
      progress_(options_.progress, left_.size()) {}

void SweepRun::run(const std::function<bool()>& stop) {
  std::vector<const Entry*> one_thread;
  std::vector<const Entry*> all_threads;
  std::vector<const Entry*> alone;
  const auto virtual_points = static_cast<std::size_t>(std::ranges::count_if(
      left_, [](const Entry* entry) { return entry->planned.point.is_virtual(); }));
  for (const Entry* entry : left_) {
    const Point& point = entry->planned.point;
    if (!point.is_virtual()) {
      alone.push_back(entry);
    } else if (point.precision > 0 && virtual_points < options_.threads) {
      all_threads.push_back(entry);
    } else {
      one_thread.push_back(entry);
    }
  }
  measure_side_by_side(one_thread, options_.threads, stop);
  for (const Entry* entry : all_threads) measure_one(*entry, options_.threads, stop);
  for (const Entry* entry : alone) measure_one(*entry, 1, stop);
  const std::lock_guard lock(mutex_);
  progress_.clear();
}

void SweepRun::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  progress_.clear();
}

void SweepRun::measure_side_by_side(const std::vector<const Entry*>& entries, unsigned threads,
                                    const std::function<bool()>& stop) {
  replication_detail::run_round(
      static_cast<std::uint32_t>(entries.size()), threads,
      [&](std::uint32_t i) { measure_one(*entries[i], 1, stop); }, stop);
}

void SweepRun::measure_one(const Entry& entry, unsigned threads,
                           const std::function<bool()>& stop) {
  std::optional<Json> row = measure_planned(entry.planned, workloads_, threads, stop);
  if (row) keep(entry, *std::move(row));
}

void SweepRun::keep(const Entry& entry, Json row) {
  row[kPointIdField] = entry.id;
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  const std::string failure = say_what_failed(row);
  if (!failure.empty()) {
    progress_.clear();
    write_to_stderr(failure);
  }
  writer_->append(row);
  progress_.show(++done_, row["name"].get<std::string>());
}

}  // namespace loopsteal
