#include "bench/sweep/sweep_merge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bench/measure/results_file.hpp"

namespace loopsteal {
namespace {

struct Found {
  const Json* row;
  const ShardRows* shard;
};

bool is_virtual(const Json& row) { return row.value("machine", "") == "sim"; }

// The row without what the clock on the wall said.
Json lasting(Json row) {
  if (is_virtual(row)) row["cpu_time"] = 0;
  return row;
}

void check_same(const Found& one, const Found& other) {
  if (!is_virtual(*one.row) || lasting(*one.row) == lasting(*other.row)) return;
  throw ResultsError(fmt::format(
      "{} and {} have different rows of the point {} ({}), which is in virtual time and so must "
      "come out the same. They were not measured by the same program, or it is not deterministic.",
      one.shard->path, other.shard->path, one.row->value(kPointIdField, ""),
      one.row->value("name", "")));
}

// By id. A row that ended goes before one that did not, else the first one stays.
std::map<std::string, Found> rows_by_id(const std::vector<ShardRows>& shards) {
  std::map<std::string, Found> found;
  for (const ShardRows& shard : shards) {
    for (const Json& row : shard.rows) {
      const Found one{&row, &shard};
      const auto [place, is_new] = found.emplace(row[kPointIdField].get<std::string>(), one);
      if (is_new || !ended(row)) continue;
      if (ended(*place->second.row)) {
        check_same(place->second, one);
      } else {
        place->second = one;
      }
    }
  }
  return found;
}

std::string host_of(const ShardRows& shard) { return shard.context.value("host_name", ""); }

// The circumstances: those of the plan, but for real threads those of the machine that ran them.
class Circumstances {
 public:
  explicit Circumstances(const SweepPlan& plan) : context_(plan.context) {}

  void take(const Found& found) {
    if (is_virtual(*found.row)) {
      any_virtual_ = true;
      return;
    }
    if (measured_ == nullptr) measured_ = found.shard;
    if (host_of(*measured_) == host_of(*found.shard)) return;
    throw ResultsError(fmt::format(
        "{} was measured on {} and {} on {}: rows on real threads of different machines do not go "
        "into one file. Merge them from different folders.",
        measured_->path, host_of(*measured_), found.shard->path, host_of(*found.shard)));
  }

  Json context() && {
    if (measured_ != nullptr) {
      Json context = measured_->context;
      for (const char* field : {"command", "seed", "machine", "time"}) {
        if (context_.contains(field)) context[field] = context_[field];
      }
      context_ = std::move(context);
    }
    if (any_virtual_) context_["cpu_time_kept"] = false;
    return std::move(context_);
  }

 private:
  Json context_;
  const ShardRows* measured_ = nullptr;  // The first that ran real threads.
  bool any_virtual_ = false;
};

void count(MergedSweep& merged, const Json& row) {
  if (!ended(row)) ++merged.failed;
  if (ended(row) && !row.value("answer_ok", false)) ++merged.wrong;
  if (row.contains("slo_met") && row["slo_met"] == false) ++merged.unmet;
}

}  // namespace

MergedSweep merge(const SweepPlan& plan, const std::vector<ShardRows>& shards) {
  const std::map<std::string, Found> found = rows_by_id(shards);
  MergedSweep merged;
  Circumstances circumstances(plan);
  for (std::size_t position = 0; position < plan.entries.size(); ++position) {
    const auto one = found.find(plan.entries[position].id);
    if (one == found.end()) {
      ++merged.missing;
      continue;
    }
    circumstances.take(one->second);
    Json row = lasting(*one->second.row);
    row["position"] = position;
    count(merged, row);
    merged.rows.push_back(std::move(row));
  }
  merged.strange = found.size() - merged.rows.size();
  merged.context = std::move(circumstances).context();
  return merged;
}

void write_merged(const MergedSweep& merged, Output& output) {
  output.write("{\n\"context\": " + to_line(merged.context) + ",\n\"benchmarks\": [");
  bool first = true;
  for (const Json& row : merged.rows) {
    output.write((first ? "\n" : ",\n") + to_line(row));
    first = false;
  }
  output.write("\n]\n}\n");
}

}  // namespace loopsteal
