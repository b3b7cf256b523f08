// The knobs that turn policies into the models of queueing theory work on threads, too: every job
// runs, whoever put it where.
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

class ModelsOnThreads : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(ModelsOnThreads, EveryJobRuns) {
  const auto [scheduler_spec, workload_spec] = GetParam();
  const auto scheduler = make_scheduler(parse_spec(scheduler_spec), {.workers = 4});
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto workload =
        make_workload(parse_spec(workload_spec), {.seed = seed, .workers = 4, .size = Size::small});
    scheduler->run(workload->root(*scheduler));
    EXPECT_TRUE(workload->result().answer_ok);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Policies, ModelsOnThreads,
    testing::Combine(
        testing::Values("random_stealing:preset=mean-field",
                        "random_stealing:preset=mean-field,retry_rate=100000,victims_sampled=2",
                        "random_stealing:preset=probing",
                        "random_stealing:local_order=random,stolen_order=kept",
                        "random_stealing:placement=jsq,local_order=lifo,steal=half_floor",
                        "random_stealing:placement=skewed,probes_per_step=1",
                        "random_stealing:transfer_latency=50us,transfer=exp,victim_threshold=3",
                        "random_stealing:search_on_empty=1",
                        "work_stealing:park_spin=20us,spread=pending",
                        "sharded_loops:placement=jsq", "sharded_loops:placement=skewed"),
        testing::Values("fork_join", "yield_many", "skynet", "timers", "requests")));

}  // namespace
}  // namespace loopsteal
