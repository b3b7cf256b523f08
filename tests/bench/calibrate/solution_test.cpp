// Costs that are put into virtual time come out of calibration again.
#include "bench/calibrate/solution.hpp"

#include <gtest/gtest.h>

#include "bench/calibrate/cost_family.hpp"
#include "bench/calibrate/lateness.hpp"
#include "bench/calibrate/operation_counts.hpp"

namespace loopsteal {
namespace {

CostModel truth() {
  CostModel costs;
  const auto set = [&costs](Op op, int ns) {
    costs.ops[static_cast<std::size_t>(op)] = Duration(ns);
  };
  costs.run = Duration(4);
  costs.lock = Duration(12);
  costs.wake_up = Duration(7'000);
  set(Op::push_local, 4);
  set(Op::pop_local, 4);
  set(Op::push_remote, 9);
  set(Op::pop_remote, 9);
  set(Op::unpark, 3'000);
  set(Op::timer_insert, 50);
  set(Op::timer_cancel, 50);
  set(Op::timer_fire, 80);
  set(Op::poll, 300);
  set(Op::iteration, 25);
  return costs;
}

// As if virtual time were the machine that is measured.
ProbeRuns measured(const Probe& probe) {
  const Measurement run = run_in_virtual_time(probe, truth());
  Duration awake{};
  for (const WorkerStats& worker : run.workers) awake += worker.busy + worker.searching;
  const double locks = probe.workers == 1 ? 0 : 2 * static_cast<double>(run.total(Op::push_remote));
  return {.probe = probe,
          .makespans = {static_cast<double>(run.makespan.count())},
          .awake = {static_cast<double>(awake.count())},
          .counts = {probe.workers == 1 ? counts_in_virtual_time(probe)
                                        : counts_of(probe, run, locks)}};
}

double handover(std::string_view scheduler) {
  return lateness_in_virtual_time(Lateness::of_handovers, scheduler, 20, truth());
}

Solution solved() {
  std::vector<ProbeRuns> runs;
  for (const CostFamily& family : cost_families()) {
    const std::string name(family.alone);
    for (const ProbeKind kind :
         {ProbeKind::yields, ProbeKind::spawns, ProbeKind::time_outs, ProbeKind::sleeps})
      runs.push_back(measured({kind, name, 1, 200}));
  }
  runs.push_back(measured({ProbeKind::lone_yields, "event_loop", 1, 10'000}));
  runs.push_back(measured({ProbeKind::polls, "event_loop", 1, 2'000}));
  runs.push_back(measured({ProbeKind::handovers, "sharded_loops", 2, 500}));
  return solve(
      runs, kMedians,
      {.lock = 12,
       .late = {{Lateness::of_handovers,
                 {{"event_loop", handover("sharded_loops")},
                  {"work_stealing", handover("work_stealing")}}},
                {Lateness::of_requests, {{"event_loop", 61'000}, {"work_stealing", 3'000}}},
                {Lateness::of_sleeps, {{"event_loop", 1'071'000}}}}},
      true);
}

TEST(Solution, FindsWhatVirtualTimeWasGiven) {
  const Solution solution = solved();
  const CostModel expected = truth();
  const CostModel loop = solution.model("event_loop");
  const auto near = [](Duration found, Duration wanted, double share) {
    return std::abs(static_cast<double>((found - wanted).count())) <=
           1 + share * static_cast<double>(wanted.count());
  };
  const auto yield = [](const CostModel& costs) {
    return costs.run + costs.of(Op::push_local) + costs.of(Op::pop_local);
  };
  EXPECT_EQ(yield(loop), yield(expected));
  EXPECT_TRUE(near(loop.of(Op::iteration), expected.of(Op::iteration), 0.1));
  EXPECT_TRUE(near(loop.of(Op::poll), expected.of(Op::poll), 0.05)) << loop.of(Op::poll).count();
  EXPECT_TRUE(near(loop.of(Op::unpark), expected.of(Op::unpark), 0.05))
      << loop.of(Op::unpark).count();
  EXPECT_TRUE(near(loop.wake_up, expected.wake_up, 0.05)) << loop.wake_up.count();
  const CostModel queue = solution.model("shared_queue");
  EXPECT_EQ(queue.lock, expected.lock);
  const auto push_and_pop = [](const CostModel& costs) {
    return costs.run + costs.of(Op::push_remote) + costs.of(Op::pop_remote);
  };
  EXPECT_TRUE(near(push_and_pop(queue), push_and_pop(expected), 0.05));
  const CostModel stealing = solution.model("work_stealing");
  EXPECT_TRUE(near(yield(stealing), yield(expected), 0.1)) << yield(stealing).count();
  EXPECT_TRUE(near(stealing.wake_up, expected.wake_up, 0.05)) << stealing.wake_up.count();
}

// What is late anyway is no wake-up's doing, and nothing is early.
TEST(Solution, TakesWakeUpsFromWhatIsLate) {
  const Solution solution = solved();
  const CostModel loop = solution.model("event_loop");
  EXPECT_NEAR(static_cast<double>((loop.client_late + loop.wake_up).count()), 61'000, 100);
  EXPECT_EQ(lateness_in_virtual_time(Lateness::of_sleeps, "event_loop", 20, loop), 1'071'000);
  EXPECT_EQ(solution.model("work_stealing").client_late, Duration(0));
  EXPECT_FALSE(solution.shown.find("work_stealing")->second[unknown_named("timer_wake_up")]);
}

TEST(Solution, SaysWhatNoRunHasShown) {
  const Solution solution = solved();
  const std::vector<bool>& shown = solution.shown.find("event_loop")->second;
  EXPECT_TRUE(shown[unknown_named("poll")]);
  EXPECT_FALSE(shown[unknown_named("overflow")]);
  EXPECT_FALSE(shown[unknown_named("steal_operation")]);
}

}  // namespace
}  // namespace loopsteal
