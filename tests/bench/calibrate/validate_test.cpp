// Predictions beside measurements: errors, order, verdict, sensitivities.
#include "bench/calibrate/validate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/calibrate/validation_report.hpp"
#include "bench/measure/measure.hpp"
#include "workloads/catalog.hpp"

namespace loopsteal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

PredictionCell cell(const char* scheduler, const char* workload, bool by_arrivals = false) {
  return {.point = {.scheduler = parse_spec(scheduler), .workload = parse_spec(workload)},
          .by_arrivals = by_arrivals};
}

ValidatedCell validated(double simulated, double measured) {
  return {cell("event_loop", "uts"), {.makespan_ns = simulated}, {.makespan_ns = measured}};
}

TEST(Validation, ErrorsAreRelativeToWhatWasMeasured) {
  ValidatedCell each = validated(80, 100);
  EXPECT_DOUBLE_EQ(*each.makespan_error(), -0.2);
  EXPECT_FALSE(each.p50_error());
  each.simulated.p50_ns = 130;
  each.measured.p50_ns = 100;
  EXPECT_DOUBLE_EQ(*each.p50_error(), 0.3);
  EXPECT_DOUBLE_EQ(each.badness(Gate{}), 2);
  each.cell.by_arrivals = true;
  EXPECT_FALSE(each.makespan_error());
}

TEST(Validation, TheMedianCellDecides) {
  Validation validation;
  validation.cells = {validated(300, 100), validated(109, 100), validated(92, 100)};
  EXPECT_NEAR(validation.makespan_error(), 0.09, 1e-9);
  EXPECT_TRUE(validation.passes());
  validation.cells.push_back(validated(100, 200));
  validation.cells.push_back(validated(88, 100));
  EXPECT_NEAR(validation.makespan_error(), 0.12, 1e-9);
  EXPECT_FALSE(validation.passes());
}

TEST(Validation, ABadMedianLatencyFailsIt) {
  Validation validation;
  validation.cells = {validated(100, 100)};
  EXPECT_TRUE(validation.passes());
  validation.cells[0].simulated.p50_ns = 116;
  validation.cells[0].measured.p50_ns = 100;
  EXPECT_FALSE(validation.passes());
}

std::string shown(const Validation& validation) {
  return render(validation, {}, "costs", TableStyle::text, false);
}

TEST(Validation, SaysSoWhereTheMachineAndNotTheModelIsOff) {
  Validation validation;
  validation.cells = {validated(70, 100), validated(80, 100), validated(99, 100)};
  EXPECT_EQ(validation.one_side(), -1);
  EXPECT_THAT(shown(validation), HasSubstr("predicted too fast, as if this machine is now slower"));
  validation.cells = {validated(130, 100), validated(120, 100), validated(101, 100)};
  EXPECT_THAT(shown(validation), HasSubstr("predicted too slow, as if this machine is now faster"));
  validation.cells[2].simulated.p50_ns = 99;
  validation.cells[2].measured.p50_ns = 100;
  EXPECT_EQ(validation.one_side(), 0);
  EXPECT_THAT(shown(validation), Not(HasSubstr("this machine is now")));
  validation.cells = {validated(99, 100), validated(98, 100)};
  EXPECT_EQ(validation.one_side(), -1);
  EXPECT_THAT(shown(validation), Not(HasSubstr("this machine is now"))) << "nothing is wrong";
}

WorkloadCatalog catalog() { return built_in_workloads(); }

TEST(Validation, HasEnoughCellsOfBothSizesAndKinds) {
  const std::vector<PredictionCell> cells = standard_cells(catalog());
  EXPECT_GE(cells.size(), 12u);
  const auto with = [&](auto predicate) { return std::ranges::count_if(cells, predicate); };
  EXPECT_GE(with([](const PredictionCell& each) { return each.point.workers == 1; }), 6);
  EXPECT_GE(with([](const PredictionCell& each) { return each.point.workers == 2; }), 6);
  EXPECT_GE(with([](const PredictionCell& each) { return !each.by_arrivals; }), 12);
}

TEST(Validation, RunsEveryCellBothWaysAndPutsTheWorstFirst) {
  const WorkloadCatalog workloads = catalog();
  std::vector<PredictionCell> cells = {cell("event_loop", "fork_join:n=10"),
                                       cell("event_loop", "hot_shard:jobs=20,work=200us")};
  for (PredictionCell& each : cells) each.point = checked(each.point, workloads);
  const Predictor predictor{.costs = parse_costs("zero,run=1s"), .works = {}};
  std::vector<std::size_t> done;
  const Validation validation = validate(
      cells, predictor, workloads,
      {.repetitions = 2, .progress = [&](std::size_t ended, std::size_t total, std::string_view) {
         done.push_back(ended);
         EXPECT_EQ(total, 4u);
       }});
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 0, 1, 2, 3));  // Measured, then predicted.
  ASSERT_EQ(validation.cells.size(), 2u);
  EXPECT_GE(validation.cells[0].badness(Gate{}), validation.cells[1].badness(Gate{}));
  EXPECT_GT(*validation.cells[0].makespan_error(), 1);  // A second a job is too much.
  EXPECT_FALSE(validation.passes());
  const std::string text = render(validation, {}, "zero", TableStyle::text, false);
  for (const ValidatedCell& each : validation.cells) EXPECT_THAT(text, HasSubstr(each.cell.name()));
  EXPECT_THAT(text, HasSubstr("FAILED"));
  const Json json = to_json(validation, {}, "zero");
  EXPECT_EQ(json["cells"].size(), 2u);
  EXPECT_EQ(json["passed"], false);
}

TEST(Validation, WhatRunsAmongTheCellsHasAsManyTurns) {
  const std::vector<PredictionCell> cells = {cell("event_loop", "fork_join:n=10"),
                                             cell("event_loop", "fork_join:n=11")};
  std::string order;
  ValidationOptions options{.repetitions = 20};
  options.measure = [&](const PredictionCell& each, std::uint64_t) {
    order += to_string(each.point.workload).back();
    return RunFigures{.makespan_ns = 5};
  };
  options.among = {.count = 2,
                   .name = [](std::size_t i) { return std::to_string(i); },
                   .run = [&](std::size_t i) { order += "ab"[i]; }};
  const CellRuns runs = measure_cells(cells, catalog(), options);
  for (const char each : {'0', '1', 'a', 'b'}) EXPECT_EQ(std::ranges::count(order, each), 20);
  for (std::size_t round = 0; round < order.size(); round += 4) {
    std::string sorted = order.substr(round, 4);
    std::ranges::sort(sorted);
    EXPECT_EQ(sorted, "01ab") << "of a repetition each has had a turn";
  }
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].size(), 20u);
}

TEST(Validation, SaysWhatOtherCostsWouldHaveMadeOfIt) {
  Validation validation;
  validation.cells = {validated(99, 100)};
  EXPECT_THAT(shown(validation), Not(HasSubstr("that are kept")));
  EXPECT_FALSE(to_json(validation, {}, "new").contains("other_costs"));
  validation.other = {.name = "old@1", .makespan_error = 0.25, .p50_error = 0.125, .one_side = -1};
  EXPECT_THAT(shown(validation), HasSubstr("old@1, makespan 25.0 % and p50 12.5 %, every cell too "
                                           "fast: the machine is slower now."));
  validation.cells = {validated(70, 100)};
  EXPECT_THAT(shown(validation), Not(HasSubstr("measures them again"))) << "they are of today";
  validation.cells = {validated(99, 100)};
  const Json json = to_json(validation, {}, "new");
  EXPECT_EQ(json["other_costs"]["costs"], "old@1");
  EXPECT_EQ(json["other_costs"]["makespan_error_median"], 0.25);
  EXPECT_EQ(json["passed"], true);
}

TEST(Validation, CostsThatLackWhatACellNeedsAreRefusedBeforeAnythingIsMeasured) {
  const std::vector<PredictionCell> cells = {cell("shared_queue", "fork_join:n=10")};
  int measured = 0;
  ValidationOptions options{.repetitions = 1};
  options.measure = [&](const PredictionCell&, std::uint64_t) {
    ++measured;
    return RunFigures{.makespan_ns = 1};
  };
  const Predictor predictor{.costs = parse_costs("cpython-3.11"), .works = {}};
  try {
    static_cast<void>(validate(cells, predictor, catalog(), options));
    FAIL() << "a shared queue that costs nothing";
  } catch (const UnknownCosts& error) {
    EXPECT_EQ(error.charges(), (Charges{Charge::lock, Op::push_remote, Op::pop_remote}));
  }
  EXPECT_EQ(measured, 0);
}

// That a run needs more than every run does is found by the run, which is a process of its own.
TEST(Validation, WhatOnlyAPredictionShowsToBeUnknownIsRefusedByName) {
  const std::vector<PredictionCell> cells = {cell("event_loop", "timers:timers=10")};
  ValidationOptions options{.repetitions = 1};
  options.measure = [](const PredictionCell&, std::uint64_t) {
    return RunFigures{.makespan_ns = 1};
  };
  Predictor predictor{.costs = parse_costs("cpython-3.11"), .works = {}};
  for (auto& [owner, model] : predictor.costs.of_scheduler)
    model.unknown = Charges{Op::timer_fire, Charge::timer_wake_up};
  try {
    static_cast<void>(validate(cells, predictor, catalog(), options));
    FAIL() << "timers that cost nothing";
  } catch (const UnknownCosts& error) {
    EXPECT_EQ(error.charges(), (Charges{Op::timer_fire, Charge::timer_wake_up}));
    EXPECT_NE(std::string(error.what()).find("event_loop is billed for timer_wake_up"),
              std::string::npos);
  }
}

TEST(Validation, StopsWhenTold) {
  const std::vector<PredictionCell> cells = {cell("event_loop", "fork_join:n=10")};
  EXPECT_THROW(validate(cells, {}, catalog(), {.stop = [] { return true; }}), std::runtime_error);
}

TEST(Tornado, TheOnlyCostHasAnElasticityOfOne) {
  const WorkloadCatalog workloads = catalog();
  PredictionCell each = cell("event_loop", "yield_many:task_work=0ns");
  each.point = checked(each.point, workloads);
  const Predictor predictor{.costs = parse_costs("zero,run=100ns"), .works = {}};
  const auto sensitivities = tornado(std::span(&each, 1), predictor, workloads, 1);
  ASSERT_EQ(sensitivities.size(), 1u);  // The others are zero.
  EXPECT_EQ(sensitivities[0].entry, "run");
  EXPECT_NEAR(sensitivities[0].largest, 1, 1e-6);
  EXPECT_EQ(sensitivities[0].where, each.name());
}

TEST(Tornado, TheWorkOfTasksIsNoCostAndMakesThemMatterLess) {
  const WorkloadCatalog workloads = catalog();
  PredictionCell each = cell("event_loop", "yield_many");
  each.point = checked(each.point, workloads);
  Predictor predictor{.costs = parse_costs("zero,run=100ns"), .works = {}};
  predictor.works.tables.push_back({"work", "yield_many", {.value = Duration(300)}});
  const auto sensitivities = tornado(std::span(&each, 1), predictor, workloads, 1);
  ASSERT_EQ(sensitivities.size(), 1u);
  EXPECT_NEAR(sensitivities[0].largest, 0.25, 0.02);
}

}  // namespace
}  // namespace loopsteal
