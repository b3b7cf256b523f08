// The rows of two shards, apart at a line "---", as one results file.
#include "bench/sweep/sweep_merge.hpp"

#include "bench/measure/output.hpp"
#include "bench/measure/results_file.hpp"
#include "bench/sweep/grid.hpp"
#include "sched/core/spec.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace loopsteal::fuzz {
namespace {

// Two points whose ids the corpus knows.
SweepPlan make_plan() {
  SweepPlan plan;
  plan.context = Json::object();
  const auto points = read_grid(
      "workers = 2\nsize = \"small\"\nworkload = \"fan_out\"\n"
      "scheduler = [\"shared_queue\", \"work_stealing\"]\n",
      "grid.toml", {.workloads = catalog()});
  for (const PlannedPoint& point : points)
    plan.entries.push_back({"point" + std::to_string(plan.entries.size()), point});
  return plan;
}

void fuzz_one(std::string_view input) {
  static const SweepPlan plan = make_plan();
  constexpr std::string_view kBetween = "---\n";
  const std::size_t end = std::min(input.find(kBetween), input.size());
  const std::string first = write_input("shard-1.jsonl", input.substr(0, end));
  const std::string second =
      write_input("shard-2.jsonl", input.substr(std::min(input.size(), end + kBetween.size())));
  MergedSweep merged;
  const auto read = [&] { merged = merge(plan, {read_shard(first), read_shard(second)}); };
  if (!accepted<ResultsError, SpecError>(input, read)) return;
  expect(merged.rows.size() + merged.missing == plan.entries.size(), "a point is lost in a merge");
  const std::string path = folder() + "/merged.json";
  const auto output = open_output(path);
  write_merged(merged, *output);
  output->commit();
  const auto read_back = [&] {
    const RawResults results = raw_results_of(read_json_file(path));
    expect(results.flaw.empty() && results.rows.size() == merged.rows.size(),
           "a merged file that was written reads as another one");
  };
  accepted<ResultsError, SpecError>(input, read_back);
}

const Target target("sweep_merge", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
