// Every workload that needs no descriptor, in virtual time: the right answer on any number of
// workers, with ties in any order, for nothing and at a price.
#include <string>
#include <tuple>

#include "tests/conformance/laws.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal::laws {
namespace {

std::vector<std::string> virtual_workloads() {
  std::vector<std::string> specs;
  for (const std::string_view spec : standard_workloads())
    if (!workload_named(parse_spec(spec).name).needs_descriptors) specs.emplace_back(spec);
  return specs;
}

WorkloadResult run_workload(Scheduler& scheduler, const std::string& spec) {
  const auto workload =
      make_workload(parse_spec(spec), {.workers = scheduler.workers(), .size = Size::small});
  scheduler.run(workload->root(scheduler));
  return workload->result();
}

/// Of a scheduler and a workload.
class VirtualWorkload : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

INSTANTIATE_TEST_SUITE_P(All, VirtualWorkload,
                         testing::Combine(testing::Values("sim/event_loop", "sim/sharded_loops",
                                                          "sim/shared_queue", "sim/work_stealing",
                                                          // Promises to conserve work.
                                                          "sim/work_stealing:lifo_slot=off"),
                                          testing::ValuesIn(virtual_workloads())),
                         [](const auto& test) {
                           return name_of(std::get<0>(test.param) + " " + std::get<1>(test.param));
                         });

TEST_P(VirtualWorkload, GivesTheRightAnswerOnAnyNumberOfWorkers) {
  const auto& [scheduler, workload] = GetParam();
  for (const WorkerId workers : {1u, 2u, 16u, 64u}) {
    SCOPED_TRACE(workers);
    const WorkloadResult result = run_workload(*make(scheduler, workers), workload);
    EXPECT_TRUE(result.answer_ok) << result.answer;
    EXPECT_GT(result.tasks, 0u);
    if (scheduler == "sim/event_loop") break;  // Has one, always.
  }
}

TEST_P(VirtualWorkload, GivesTheSameAnswerInEveryOrderOfTiesAndAtAnyPrice) {
  const auto& [scheduler, workload] = GetParam();
  const std::uint64_t expected = run_workload(*make(scheduler, 4), workload).answer;
  for (const Costs costs : {Costs::none, Costs::some}) {
    for (const std::uint64_t seed : {1u, 2u}) {
      const WorkloadResult result = run_workload(*make(scheduler, 4, costs, seed), workload);
      EXPECT_TRUE(result.answer_ok) << result.answer;
      EXPECT_EQ(result.answer, expected) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace loopsteal::laws
