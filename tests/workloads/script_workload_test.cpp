// A scripted program as a workload is the program: it runs once, in its own ticks, in every size.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sched/catalog.hpp"
#include "sched/core/measurement.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

using std::chrono::milliseconds;

constexpr char kSixTicks[] = R"({"version":1,"main":"main","tasks":{
  "main":[["try",[["gather",["bad","good"]]],"error",[],[]],["sleep",5],["log","end"]],
  "bad":[["sleep",1],["raise","boom"]],
  "good":[["sleep",3]]}})";

class ScriptWorkload : public testing::Test {
 protected:
  void SetUp() override { std::ofstream(path_) << kSixTicks; }
  void TearDown() override { std::remove(path_.c_str()); }

  Duration makespan(const std::string& settings, Size size) const {
    const Spec spec = parse_spec("script:file=" + path_ + settings);
    const auto on = make_scheduler(parse_spec("event_loop"), {.machine = "sim"});
    const auto workload = make_workload(spec, {.size = size});
    const Duration makespan = on->run(workload->root(*on)).makespan;
    EXPECT_TRUE(workload->result().answer_ok);
    return makespan;
  }

  const std::string path_ =
      testing::TempDir() + "loopsteal_six_ticks_" + std::to_string(::getpid()) + ".json";
};

TEST_F(ScriptWorkload, RunsOnceInTicksOfAMillisecond) {
  EXPECT_EQ(makespan("", Size::small), milliseconds(6));
  EXPECT_EQ(makespan("", Size::full), milliseconds(6));
}

TEST_F(ScriptWorkload, RunsAsOftenAndAsSlowlyAsAsked) {
  EXPECT_EQ(makespan(",times=3", Size::full), milliseconds(18));
  EXPECT_EQ(makespan(",times=2,tick=10ms", Size::small), milliseconds(120));
}

TEST(ScriptExample, HasMoreRoundsInTheFullSize) {
  const auto result = [](Size size) {
    const auto on = make_scheduler(parse_spec("shared_queue"), {.machine = "sim"});
    const auto workload = make_workload(parse_spec("script"), {.size = size});
    on->run(workload->root(*on));
    EXPECT_TRUE(workload->result().answer_ok);
    return workload->result();
  };
  // Every item that is got is a line, and there is "done" at the end.
  EXPECT_EQ(result(Size::small).answer, 13u);
  EXPECT_EQ(result(Size::full).answer, 20u * 12u + 1u);
}

}  // namespace
}  // namespace loopsteal
