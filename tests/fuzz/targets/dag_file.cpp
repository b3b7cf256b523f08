// A graph of jobs as JSON, and the time that greedy schedulers take for it.
#include "workloads/support/dag_file.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace loopsteal::fuzz {
namespace {

void check_graph(const Dag& dag) {
  expect(dag.critical_path() <= dag.total_time(), "a path is longer than all jobs");
  std::size_t edges_in = 0;
  std::size_t edges_out = 0;
  for (std::uint32_t job = 0; job < dag.jobs().size(); ++job) {
    edges_in += dag.jobs()[job].before.size();
    edges_out += dag.after(job).size();
  }
  expect(edges_in == edges_out, "the two directions of a graph differ");
}

void fuzz_one(std::string_view input) {
  std::optional<Dag> dag;
  if (!accepted<SpecError>(input, [&] { dag = read_dag(input, "jobs.json"); })) return;
  check_graph(*dag);
  if (dag->jobs().size() > 200 || dag->total_time() > std::chrono::hours(1)) return;
  const std::string path = write_input("jobs.json", input);
  // By task: with a list, the choice of a job of no time takes a nanosecond.
  Point point{.scheduler = {"shared_queue", {}},
              .workload = {"dag", {{"file", path}, {"pick", "task"}}},
              .machine = "sim"};
  point.workers = 2;
  const std::optional<Row> row = check_run(input, point);
  if (!row || row->failed()) return;
  const Duration makespan = row->measurement.makespan;
  expect(makespan >= dag->critical_path() && makespan <= dag->total_time(),
         "a run without costs ends before its longest path or after the sum of its jobs");
}

const Target target("dag_file", fuzz_one);

}  // namespace
}  // namespace loopsteal::fuzz
