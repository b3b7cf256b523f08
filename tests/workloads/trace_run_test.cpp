// requests from a file, and from outside or inside the workers: in virtual time, where arrivals and
// waits are exact.
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// A file that is gone afterwards.
class TraceFile {
 public:
  explicit TraceFile(const std::string& text)
      : path_(std::filesystem::path(testing::TempDir()) /
              (testing::UnitTest::GetInstance()->current_test_info()->name() +
               std::to_string(::getpid()) + ".csv")) {
    std::ofstream(path_) << text;
  }
  ~TraceFile() { std::filesystem::remove(path_); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  [[nodiscard]] std::string spec() const { return "requests:trace=" + path_.string(); }

 private:
  std::filesystem::path path_;
};

struct Outcome {
  WorkloadResult result;
  Measurement measurement;
};

Outcome run(std::string_view scheduler_spec, WorkerId workers, const std::string& workload) {
  const auto scheduler =
      make_scheduler(parse_spec(scheduler_spec), {.machine = "sim", .workers = workers});
  const auto made = make_workload(parse_spec(workload), {.workers = workers});
  Measurement measurement = scheduler->run(made->root(*scheduler));
  return {made->result(), std::move(measurement)};
}

constexpr const char* kThree =
    "arrival_s,service_s,key\n"
    "0.003,0.001,1\n"  // Finds the second one at work: waits 1 ms.
    "0.002,0.002,0\n"
    "0.010,0.001,1\n";

TEST(TraceRun, ServesEachRequestAtItsTime) {
  const TraceFile file(kThree);
  const Outcome outcome = run("event_loop", 1, file.spec());
  EXPECT_TRUE(outcome.result.answer_ok);
  EXPECT_EQ(outcome.measurement.makespan, milliseconds(11));
  ASSERT_EQ(outcome.result.samples.size(), 3u);  // In the order of arrival.
  EXPECT_EQ(outcome.result.samples[0].wait, milliseconds(0));
  EXPECT_EQ(outcome.result.samples[0].sojourn, milliseconds(2));
  EXPECT_EQ(outcome.result.samples[1].wait, milliseconds(1));
  EXPECT_EQ(outcome.result.samples[1].sojourn, milliseconds(2));
  EXPECT_EQ(outcome.result.samples[2].wait, milliseconds(0));
}

TEST(TraceRun, SpeedDividesAllOfIt) {
  const TraceFile file(kThree);
  const Outcome outcome = run("event_loop", 1, file.spec() + ",speed=1000");
  EXPECT_EQ(outcome.measurement.makespan, microseconds(11));
  EXPECT_EQ(outcome.result.samples[1].wait, microseconds(1));
}

TEST(TraceRun, KeysAreShards) {
  const TraceFile file(kThree);
  const Outcome outcome = run("sharded_loops", 2, file.spec());
  EXPECT_TRUE(outcome.result.answer_ok);
  EXPECT_EQ(outcome.result.samples[1].wait, milliseconds(0));  // Another loop than the first one's.
  const TraceFile same_key("arrival_s,service_s,key\n0,0.002,1\n0.001,0.001,1\n");
  EXPECT_EQ(run("sharded_loops", 2, same_key.spec()).result.samples[1].wait, milliseconds(1));
}

// Two requests at once on one worker: from outside both arrive in time, and the second one waits
// for the first alone. (From inside a busy loop the generator itself would be late.)
TEST(TraceRun, BusyWorkersDoNotHoldUpWhatComesFromOutside) {
  const std::string overload = "requests:arrivals=constant,service=det,mean=10us,load=2,count=100";
  for (const std::string_view source : {"outside", "inside"}) {
    const Outcome outcome = run("event_loop", 1, overload + ",source=" + std::string(source));
    EXPECT_TRUE(outcome.result.answer_ok);
    // First come, first served: request k arrives at 5 (k + 1) us and is served from 5 + 10 k us
    // on.
    for (std::size_t k = 0; k < 100; ++k)
      ASSERT_EQ(outcome.result.samples[k].wait, 5 * k * microseconds(1)) << source;
  }
  const Outcome outside = run("work_stealing", 1, overload);
  EXPECT_EQ(outside.measurement.remote_schedule_count, 100u + 1u);  // And the root.
}

TEST(TraceRun, ALoadIsThatOfTheWorkersThatThereAre) {
  // 1000 requests of 8 us at half the load of 4 workers: one every 4 us.
  const Outcome outcome = run(
      "work_stealing", 4, "requests:arrivals=constant,service=det,mean=8us,load=0.5,count=1000");
  EXPECT_EQ(outcome.measurement.makespan, microseconds(4'008));
}

// ---- What takes virtual time, though it takes real time by itself -------------------------------

TEST(AccountedWork, OneWorkerTakesTheSumOfAllNodes) {
  const auto makespan = [](const std::string& workload) {
    const Outcome outcome = run("event_loop", 1, workload);
    EXPECT_TRUE(outcome.result.answer_ok) << workload;
    return outcome.measurement.makespan;
  };
  EXPECT_EQ(makespan("uts:tree=small"), 16'000 * Duration(100));
  EXPECT_EQ(makespan("uts:tree=small,leaves=inlined,node_work=7ns"), 16'000 * Duration(7));
  EXPECT_EQ(makespan("fork_join:n=10"), 177 * Duration(10));
  EXPECT_EQ(makespan("nqueens:n=6,node_work=1us"), 153 * microseconds(1));
  EXPECT_EQ(makespan("skynet:levels=2"), 111 * Duration(10));
  EXPECT_EQ(makespan("spawn_many_local:spawns=100"), 100 * Duration(10));
  EXPECT_EQ(makespan("spawn_many_remote_idle:spawns=100"), 100 * Duration(10));
  EXPECT_EQ(makespan("chained_spawn:links=100,rounds=2"), 200 * Duration(10));
  EXPECT_EQ(makespan("yield_many:tasks=3,yields=5"), 15 * Duration(10));
  EXPECT_EQ(makespan("ping_pong:pairs=100"), 200 * Duration(10));
}

// The bounds of Graham and Brent with unit nodes: T1 = 16000 nodes, T-infinity = 7 levels.
TEST(AccountedWork, AGreedySchedulerKeepsTheBoundsOfUnitNodes) {
  for (const WorkerId workers : {2u, 16u, 300u}) {
    for (const std::string_view scheduler : {"shared_queue", "work_stealing"}) {
      const Outcome outcome = run(scheduler, workers, "uts:tree=small,node_work=1us");
      EXPECT_TRUE(outcome.result.answer_ok);
      const double nodes = static_cast<double>(outcome.measurement.makespan.count()) / 1000;
      EXPECT_GE(nodes, std::max(16'000.0 / workers, 7.0));
      EXPECT_LE(nodes, (16'000.0 - 7) / workers + 7);
    }
  }
}

TEST(AccountedWork, TakesNothingOnThreadsButItsOwnTime) {
  const auto scheduler = make_scheduler(parse_spec("event_loop"), {});
  // A minute a node: 10 minutes and more, if it were burnt.
  const auto workload = make_workload(parse_spec("skynet:levels=1,node_work=1min"), {});
  const Measurement measurement = scheduler->run(workload->root(*scheduler));
  EXPECT_TRUE(workload->result().answer_ok);
  EXPECT_LT(measurement.makespan, std::chrono::minutes(1));
}

}  // namespace
}  // namespace loopsteal
