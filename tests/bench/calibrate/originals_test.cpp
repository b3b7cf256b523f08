// What is learnt of an original and what it is asked to run, without one.
#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/calibrate/originals/micro_programs.hpp"
#include "bench/calibrate/originals/original_calibration.hpp"
#include "bench/calibrate/originals/original_cells.hpp"
#include "bench/calibrate/solution.hpp"
#include "bench/calibrate/validation_report.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/run_once.hpp"
#include "sched/catalog.hpp"
#include "sched/core/config/spec.hpp"
#include "tests/bench/calibrate/as_if_original.hpp"

namespace loopsteal {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

WorkloadCatalog catalog() { return built_in_workloads(); }

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const OriginalTarget& target : original_targets()) names.emplace_back(target.name);
  return names;
}

TEST(OriginalTargets, UnknownOnesAreRefusedWithTheNearest) {
  EXPECT_EQ(original_target("tokio-1.24").family, "work_stealing");
  EXPECT_THAT([] { static_cast<void>(original_target("tokio-1.42")); },
              ThrowsMessage<SpecError>(HasSubstr("tokio-1.24")));
}

TEST(OriginalRequest, IsALineAndOneForEachItem) {
  const OriginalRun run{"timers", {{"cancelled", 1}}, {{5, 0}, {7, 3}}, 2};
  EXPECT_EQ(request_of(run), "timers workers=2 cancelled=1 items=2\n5 0\n7 3\n");
  EXPECT_EQ(request_of({"naps", {{"times", 3}}}), "naps workers=1 times=3\n");
}

TEST(OriginalAnswers, IsReadAndWhatIsNoneIsRefused) {
  const OriginalAnswer answer =
      parse_answer(R"({"makespan_ns": 12, "cpu_ns": 9, "p50_ns": 3, "p99_ns": 4})");
  EXPECT_EQ(answer.makespan_ns, 12);
  EXPECT_EQ(answer.cpu_ns, 9);
  EXPECT_EQ(answer.p50_ns, 3);
  EXPECT_EQ(answer.p99_ns, 4);
  EXPECT_EQ(parse_answer(R"({"makespan_ns": 12})").p50_ns, std::nullopt);
  EXPECT_THAT([] { static_cast<void>(parse_answer(R"({"error": "no such"})")); },
              ThrowsMessage<std::runtime_error>(HasSubstr("no such")));
  for (const char* const none : {"", "12", "[]", "{}", R"({"makespan_ns": 0})", "{\"makespan"})
    EXPECT_THROW(static_cast<void>(parse_answer(none)), std::runtime_error) << none;
}

TEST(MicroPrograms, TwinsDoWhatTheyAreNamedFor) {
  const OriginalTarget& target = original_target("cpython-3.11");
  const auto total = [&](OriginalRun run, Op op) {
    return micro_in_virtual_time(run, target, {}).total(op);
  };
  const OriginalRun trips{"hand_overs", {{"times", 30}}, {}, 2};
  EXPECT_GE(total(trips, Op::push_remote), 60u);  // Each way is one from loop to loop.
  EXPECT_LE(total(trips, Op::push_remote), 63u);
  const OriginalRun outs{"time_outs", {{"timers", 30}, {"rounds", 4}}};
  EXPECT_EQ(total(outs, Op::timer_insert), 120u);
  EXPECT_EQ(total(outs, Op::timer_cancel), 120u);
  EXPECT_EQ(total(outs, Op::timer_fire), 0u);
  const OriginalRun alarms{"alarms", {{"tasks", 40}, {"after", 2'000'000}}};
  EXPECT_EQ(total(alarms, Op::timer_insert), 40u);
  EXPECT_EQ(total(alarms, Op::timer_fire), 40u);
  const OriginalRun yields{"yields", {{"tasks", 5}, {"times", 11}}};
  EXPECT_GE(total(yields, Op::pop_local), 5u * 12u);
  EXPECT_LE(total(yields, Op::pop_local), 5u * 12u + 3u);
}

TEST(MicroPrograms, EachOfATargetHasATwinThatEnds) {
  for (const OriginalTarget& target : original_targets()) {
    for (const MicroRuns& each : micro_programs(target, 0.01)) {
      if (!has_twin(each.micro)) continue;
      const Measurement run = micro_in_virtual_time(each.micro, target, {});
      EXPECT_GT(run.total(Op::pop_local) + run.total(Op::lifo_poll) + run.total(Op::pop_remote), 0u)
          << each.micro.name();
    }
  }
}

OriginalSolution solution_of(std::initializer_list<std::pair<std::string_view, double>> costs) {
  OriginalSolution truth{.entries = std::vector<double>(cost_entries().size()), .shown = {}};
  for (const auto& [name, ns] : costs) {
    const auto entry = std::ranges::find(cost_entries(), name, &CostEntry::name);
    truth.entries[static_cast<std::size_t>(entry - cost_entries().begin())] = ns;
  }
  return truth;
}

double entry_of(const OriginalSolution& solution, std::string_view name) {
  const auto entry = std::ranges::find(cost_entries(), name, &CostEntry::name);
  return solution.entries[static_cast<std::size_t>(entry - cost_entries().begin())];
}

TEST(OriginalSolutions, FindsTheCostsOfAnEventLoop) {
  const OriginalTarget& target = original_target("cpython-3.11");
  OriginalSolution truth = solution_of({{"run", 400},
                                        {"push_local", 250},
                                        {"pop_local", 250},
                                        {"iteration", 1'300},
                                        {"timer_insert", 2'000},
                                        {"timer_cancel", 600},
                                        {"timer_fire", 1'500},
                                        {"timer_wake_up", 70'000},
                                        {"push_remote", 2'500},
                                        {"unpark", 6'000},
                                        {"wake_up", 11'000}});
  truth.task = 3'000;
  truth.piece = 200;
  truth.event = 1'200;
  truth.hop = 700;
  const OriginalSolution found = solve_original(target, as_if(target, truth), kMedians);
  // Of what always comes together the sum alone can be known.
  const auto sum_is_found = [&](std::initializer_list<std::string_view> names) {
    double expected = 0;
    double sum = 0;
    for (const std::string_view name : names) {
      expected += entry_of(truth, name);
      sum += entry_of(found, name);
    }
    EXPECT_NEAR(sum, expected, 0.03 * expected) << *names.begin();
  };
  sum_is_found({"run", "push_local", "pop_local"});
  sum_is_found({"timer_insert", "timer_cancel"});
  sum_is_found({"timer_insert", "timer_fire"});
  sum_is_found({"iteration"});
  EXPECT_NEAR(entry_of(found, "timer_wake_up"), 70'000, 3'000);
  EXPECT_NEAR(entry_of(found, "push_remote"), 2'500, 50);
  EXPECT_NEAR(entry_of(found, "unpark"), 6'000, 100);
  EXPECT_NEAR(entry_of(found, "wake_up"), 11'000, 600);
  EXPECT_NEAR(found.task, truth.task, 0.05 * truth.task);
  EXPECT_NEAR(found.piece, truth.piece, 0.2 * truth.piece);
  EXPECT_NEAR(found.event, truth.event, 0.1 * truth.event);
  EXPECT_NEAR(found.hop, truth.hop, 0.1 * truth.hop);
}

TEST(OriginalSolutions, FindsWhatTakesTwoWorkers) {
  const OriginalTarget& target = original_target("tokio-1.24");
  OriginalSolution truth = solution_of({{"run", 20},
                                        {"push_local", 15},
                                        {"pop_local", 15},
                                        {"unpark", 4'000},
                                        {"timer_insert", 300},
                                        {"timer_fire", 200},
                                        {"timer_wake_up", 90'000},
                                        {"wake_up", 50'000}});
  truth.task = 150;
  const OriginalSolution found = solve_original(target, as_if(target, truth), kMedians);
  EXPECT_NEAR(entry_of(found, "wake_up"), 50'000, 2'500);
  EXPECT_NEAR(entry_of(found, "timer_wake_up"), 90'000, 15'000);
  EXPECT_NEAR(entry_of(found, "unpark"), 4'000, 600);
  EXPECT_NEAR(found.task, 150, 15);
}

TEST(CostsOfOriginal, AreAFileWithASpreadAndAnOriginEach) {
  const OriginalTarget& target = original_target("cpython-3.11");
  OriginalSolution truth = solution_of({{"run", 300},
                                        {"push_local", 300},
                                        {"pop_local", 300},
                                        {"iteration", 1'000},
                                        {"wake_up", 50'000}});
  truth.task = 2'000;
  const CostsFile file = costs_of_original(target, as_if(target, truth), {});
  EXPECT_EQ(parse_costs_file(print_costs_file(file), "printed").tables.size(), file.tables.size());
  ASSERT_NE(file.find("", "iteration"), nullptr);
  ASSERT_NE(file.find("work", "fan_out"), nullptr);
  EXPECT_GT(file.find("work", "fan_out")->value, Duration::zero());
  ASSERT_NE(file.find("work", "yield_many"),
            nullptr);  // Nothing is said, too: its default is 10 ns.
  EXPECT_EQ(file.find("work", "yield_many")->value, Duration::zero());
  for (const CostTable& table : file.tables) {
    EXPECT_TRUE(table.cost.spread_ns) << table.name;
    EXPECT_FALSE(table.cost.origin.empty()) << table.name;
  }
}

TEST(KeptCosts, ThereIsOneForEachOriginalAndItIsNotFree) {
  for (const std::string& name : target_names()) {
    const Costs costs = parse_costs(name);
    EXPECT_FALSE(costs.model.free()) << name;
    EXPECT_EQ(parse_costs(costs.name), costs) << name;
    for (const WorkloadShare& share : workload_shares())
      EXPECT_NE(read_costs_file(name).find("work", share.workload), nullptr) << share.workload;
  }
}

// A value of 0 that nobody explains would be a cost that nobody measured.
TEST(KeptCosts, EachZeroSaysWhyItIsOne) {
  for (const std::string_view name : names_of_kept_costs()) {
    for (const CostTable& table : read_costs_file(std::string(name)).tables) {
      if (table.owner.starts_with("work") || table.cost.value != Duration::zero()) continue;
      const bool measured = table.cost.spread_ns && table.cost.spread_ns->second > 0;
      EXPECT_TRUE(measured || table.cost.origin.starts_with("in ") ||
                  table.cost.origin.starts_with("none: ") ||
                  table.cost.origin.find("makespan of") != std::string::npos ||
                  table.cost.origin.starts_with("median of by how much naps"))
          << name << ": " << table.owner << "." << table.name;
    }
  }
}

// All that a run of the original's kind may be billed for is known, as a whole or in another entry.
TEST(KeptCosts, PriceTheSchedulerThatHasTheOriginalsOrder) {
  for (const OriginalTarget& target : original_targets()) {
    const Costs costs = parse_costs(target.name);
    for (const std::string_view spec : {target.scheduler, target.two_loops}) {
      if (spec.empty()) continue;
      const Spec scheduler = parse_spec(spec);
      const CostModel model = costs.for_scheduler(scheduler.name).model;
      Charges unknown = charges_of(scheduler, 2).some_run & model.unknown;
      if (target.family == "work_stealing")
        unknown.remove(Op::push_remote);  // No worker of Tokio's does that.
      EXPECT_EQ(names_of(unknown), "") << spec << " by " << target.name;
    }
  }
}

// Of the workload, whose rounds make a task ready on the other loop five times: two such hops are
// there and back.
double ping_pong_round_trip_ns(const Costs& costs) {
  const WorkloadCatalog workloads = catalog();
  const Point point = checked({.scheduler = parse_spec("sharded_loops"),
                               .workload = parse_spec("ping_pong:pairs=1,rounds=200"),
                               .machine = "sim",
                               .workers = 2,
                               .costs = costs.for_scheduler("sharded_loops")},
                              workloads);
  const RunOutcome run = run_once(point, workloads.named("ping_pong"), nullptr);
  const auto hops = static_cast<double>(run.measurement.total(Op::push_remote));
  return 2 * static_cast<double>(run.measurement.makespan.count()) / hops;
}

// The hop between two loops, which once took what a timer is late by: 478 us of CPython's, and 5 us
// of uvloop's. The workload's tasks add the turns of a queue that a bare callback does not take.
TEST(KeptCosts, APingPongBetweenTwoLoopsTakesWhatTwoRealLoopsTake) {
  for (const char* const name : {"cpython-3.11", "uvloop-0.17"}) {
    const CostsFile file = read_costs_file(name);
    const MeasuredCost* const trip = file.find("probe", "hand_overs");
    ASSERT_NE(trip, nullptr) << name;
    EXPECT_GE(trip->value, std::chrono::microseconds(15)) << name;
    EXPECT_LE(trip->value, std::chrono::microseconds(60)) << name;
    const CostModel model = parse_costs(name).for_scheduler("sharded_loops").model;
    const OriginalTarget& target = original_target(name);
    const OriginalRun trips{"hand_overs", {{"times", 1'000}}, {}, 2};
    const auto predicted =
        static_cast<double>(micro_in_virtual_time(trips, target, model).makespan.count() / 1'000);
    const auto measured = static_cast<double>(trip->value.count());
    EXPECT_NEAR(predicted, measured, 0.1 * measured) << name;
    const double workload = ping_pong_round_trip_ns(parse_costs(name));
    EXPECT_GT(workload, 0.9 * measured) << name;
    EXPECT_LT(workload, 1.25 * measured) << name;
  }
}

TEST(KeptCosts, AHopIsRefusedByAModelThatHasNone) {
  const OriginalTarget& target = original_target("cpython-3.11");
  CostModel model = parse_costs(target.name).for_scheduler("sharded_loops").model;
  model.unknown = Charges{Op::push_remote, Charge::wake_up};
  const OriginalRun trips{"hand_overs", {{"times", 10}}, {}, 2};
  try {
    static_cast<void>(micro_in_virtual_time(trips, target, model));
    FAIL() << "a hop that cost nothing";
  } catch (const UnknownCosts& error) {
    EXPECT_EQ(error.charges(), (Charges{Op::push_remote, Charge::wake_up}));
  }
}

TEST(OriginalCells, AreEightAtLeastAndNoneIsAMicroProgram) {
  for (const OriginalTarget& target : original_targets()) {
    std::set<std::string> calibrated;
    for (const MicroRuns& each : micro_programs(target, 1)) calibrated.insert(each.micro.program);
    const std::vector<PredictionCell> cells = original_cells(target, catalog());
    EXPECT_GE(cells.size(), 8u);
    std::set<std::string> seen;
    for (const PredictionCell& cell : cells) {
      EXPECT_EQ(calibrated.count(cell.point.workload.name), 0u) << cell.name();
      EXPECT_THAT(cell.name(), HasSubstr(std::string(target.name)));
      seen.insert(cell.point.workload.name);
    }
    EXPECT_EQ(seen, (std::set<std::string>{"fan_out", "ping_pong", "pipeline", "requests", "timers",
                                           "yield_many"}));
  }
}

TEST(OriginalCells, TheOriginalHasTheSameArrivalsAndSizesAsVirtualTime) {
  const OriginalTarget& target = original_target("cpython-3.11");
  for (const PredictionCell& cell : original_cells(target, catalog())) {
    const OriginalRun run = original_run_of(cell, 3, catalog());
    EXPECT_EQ(run.program, cell.point.workload.name);
    if (run.program != "requests") continue;
    EXPECT_EQ(run.items, original_run_of(cell, 3, catalog()).items);
    EXPECT_NE(run.items, original_run_of(cell, 4, catalog()).items);
    EXPECT_TRUE(std::ranges::is_sorted(run.items, {}, [](const auto& item) { return item.first; }));
    // At no cost the last of so few requests ends when a queue of one server says.
    std::int64_t free_at = 0;
    for (const auto& [arrival, service] : run.items) free_at = std::max(free_at, arrival) + service;
    Predictor free{.costs = {}, .works = {}};
    PredictionCell exact = cell;
    exact.point.scheduler = parse_spec("event_loop:timer_granularity=1ns");
    EXPECT_EQ(free.predict(exact, 3, catalog()).makespan_ns, static_cast<double>(free_at))
        << cell.name();
  }
}

TEST(OriginalCells, TimersAreDueWhenOursAre) {
  const OriginalTarget& target = original_target("tokio-1.24");
  for (const PredictionCell& cell : original_cells(target, catalog())) {
    if (cell.point.workload.name != "timers") continue;
    const OriginalRun run = original_run_of(cell, 1, catalog());
    EXPECT_EQ(run.items.size(), 20'000u);
    EXPECT_EQ(run.setting("cancelled"), 2'000u);
    std::vector<std::int64_t> due;
    for (const auto& item : run.items) due.push_back(item.first);
    EXPECT_THAT(due, Each(Ge(0)));
    EXPECT_LT(*std::ranges::max_element(due), 20'000'000);
  }
}

TEST(OriginalCells, AreHeldAgainstWhatTheOriginalSays) {
  const OriginalTarget& target = original_target("cpython-3.11");
  const Predictor predictor{.costs = parse_costs("zero,run=1us"), .works = {}};
  std::vector<PredictionCell> cells = original_cells(target, catalog());
  std::erase_if(cells,
                [](const PredictionCell& cell) { return cell.point.workload.name != "ping_pong"; });
  ValidationOptions options{.repetitions = 2};
  options.gate = {.makespan = 0.5, .p50 = 0.5};
  options.measure = [&](const PredictionCell& cell, std::uint64_t seed) {
    RunFigures figures = predictor.predict(cell, seed, catalog());
    figures.makespan_ns *= 2;
    return figures;
  };
  Validation validation = validate(cells, predictor, catalog(), options);
  validation.measured_on = "an original";
  ASSERT_EQ(validation.cells.size(), 1u);
  EXPECT_DOUBLE_EQ(*validation.cells[0].makespan_error(), -0.5);
  EXPECT_TRUE(validation.passes());
  EXPECT_THAT(render(validation, {}, "zero", TableStyle::text, false),
              AllOf(HasSubstr("against an original"), HasSubstr("at most 50 %")));
  validation.gate.makespan = 0.4;
  EXPECT_FALSE(validation.passes());
}

}  // namespace
}  // namespace loopsteal
