// The workload dag in virtual time: makespans that are known exactly.
#include <string>

#include <gtest/gtest.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

using std::chrono::microseconds;

Duration makespan(std::string_view scheduler_spec, WorkerId workers, const std::string& workload) {
  const auto scheduler =
      make_scheduler(parse_spec(scheduler_spec), {.machine = "sim", .workers = workers});
  const auto run = make_workload(parse_spec(workload), {.workers = workers});
  const Measurement measurement = scheduler->run(run->root(*scheduler));
  EXPECT_TRUE(run->result().answer_ok) << workload;
  return measurement.makespan;
}

std::string example(const std::string& name) { return "dag:file=" LOOPSTEAL_EXAMPLES + name; }

struct Known {
  const char* name;
  WorkerId workers;
  int makespan_us;
};

class KnownMakespan : public testing::TestWithParam<Known> {};

// Graham's anomalies (1969) and the worst cases of list scheduling: more workers, shorter jobs or
// less precedence can take longer. Whatever the scheduler's own order, as the list decides.
TEST_P(KnownMakespan, IsThatOfListScheduling) {
  const auto& [name, workers, expected] = GetParam();
  for (const std::string_view scheduler :
       {"shared_queue", "work_stealing", "work_stealing:local_order=lifo,steal=one"}) {
    EXPECT_EQ(makespan(scheduler, workers, example(std::string(name) + ".json")),
              microseconds(expected))
        << scheduler;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Dag, KnownMakespan,
    testing::Values(Known{"graham", 3, 12}, Known{"graham", 4, 15}, Known{"graham_shorter", 3, 13},
                    Known{"graham_relaxed", 3, 16}, Known{"list_worst_8", 8, 15},
                    Known{"longest_first_4", 4, 15}),
    [](const auto& test) {
      return std::string(test.param.name) + "_on_" + std::to_string(test.param.workers);
    });

TEST(DagRun, OneWorkerTakesTheSumOfAllTimes) {
  EXPECT_EQ(makespan("event_loop", 1, example("graham.json")), microseconds(34));
  EXPECT_EQ(makespan("event_loop", 1, "dag:side=9,work=1us,pick=task"), microseconds(81));
}

// A wavefront is as wide as its side: with a worker for each row, the two sides remain.
TEST(DagRun, EnoughWorkersTakeTheLongestPath) {
  for (const std::string_view pick : {"list", "task"}) {
    EXPECT_EQ(makespan("shared_queue", 9, "dag:side=9,work=1us,pick=" + std::string(pick)),
              microseconds(17));
  }
}

// With pick=task the scheduler's order counts: first in, first out is not the list's order here.
TEST(DagRun, ASchedulersOwnOrderMakesAnotherSchedule) {
  EXPECT_EQ(makespan("shared_queue", 3, example("graham_relaxed.json") + ",pick=task"),
            microseconds(13));
}

}  // namespace
}  // namespace loopsteal
