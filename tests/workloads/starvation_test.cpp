// spawn_many_remote_busy2 against a scheduler that starves: it must end, and say so.
#include <string>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

WorkloadResult run_busy2(std::string_view scheduler_spec) {
  const auto scheduler = make_scheduler(parse_spec(scheduler_spec), {.workers = 1});
  const auto workload = make_workload(
      parse_spec("spawn_many_remote_busy2:spawns=20,stall=1us,patience=20ms"), {.workers = 1});
  scheduler->run(workload->root(*scheduler));
  return workload->result();
}

TEST(Starvation, ASlotWithoutALimitStarvesWhatComesFromOutside) {
  const WorkloadResult result = run_busy2("work_stealing:preset=tokio-1.24");
  EXPECT_FALSE(result.answer_ok);
  EXPECT_EQ(result.answer, 20u);  // They ran once the busy tasks had given up.
}

TEST(Starvation, AStallByTheClockIsOne) {
  for (const char* const spec : {"spawn_many_remote_busy1:spawns=100,rounds=2,stall=10us",
                                 "spawn_many_remote_busy2:spawns=20,stall=10us"}) {
    const auto scheduler = make_scheduler(parse_spec("work_stealing"), {.workers = 2});
    const auto workload =
        make_workload(parse_spec(std::string(spec) + ",stall_by=clock"), {.workers = 2});
    scheduler->run(workload->root(*scheduler));
    EXPECT_TRUE(workload->result().answer_ok) << spec;
  }
}

TEST(Starvation, BurningWithoutEndIsRefused) {
  const auto error_of = [](const char* spec) -> std::string {
    try {
      static_cast<void>(make_workload(parse_spec(spec), {.workers = 2}));
    } catch (const SpecError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of("spawn_many_remote_busy1:spawns=5,task_work=60min"),
            "spawn_many_remote_busy1: the busy tasks would burn for 10us more than a million times "
            "while one task works for 60min; take less task_work or a longer stall.");
  EXPECT_EQ(error_of("spawn_many_remote_busy1:task_work=10s"), "none");
  EXPECT_EQ(error_of("spawn_many_remote_busy1:task_work=60min,stall=1s"), "none");
}

TEST(Starvation, ASlotWithALimitDoesNot) {
  EXPECT_TRUE(run_busy2("work_stealing:preset=tokio-1.53").answer_ok);
}

}  // namespace
}  // namespace loopsteal
