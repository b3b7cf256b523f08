// Whether tasks that always have work get equal turns: six tasks that compute and yield, on four
// workers.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"
#include "bench/questions/trace_lines.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kTick = 1e6;                              // What a turn computes, ns.
constexpr std::array kTicks = {30.0, 60.0, 120.0, 240.0};  // For how long.
constexpr double kFirst = kTicks.front() * kTick;
constexpr double kLast = kTicks.back() * kTick;
constexpr int kTasks = 6;
constexpr WorkerId kWorkers = 4;
// Turns of the luckiest task over those of the unluckiest.
constexpr Bound kFair = Bound::within(0.02);
constexpr double kUnfairLoops = 1.9;
constexpr double kUnfairStealing = 1.2;
constexpr std::array kSides = {Side{"event_loop", "event_loop"},
                               Side{"sharded_loops", "sharded_loops"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"work_stealing", "work_stealing"},
                               Side{"yield to the back", "work_stealing:yield=back"},
                               Side{"yield to all", "work_stealing:yield=global"}};

std::string program(double ticks) {
  std::string spawns;
  for (int i = 0; i < kTasks; ++i) spawns += fmt::format(R"(["spawn", "task", "h{}"], )", i);
  return fmt::format(
      R"({{"version": 1, "main": "main", "tasks": {{"main": [{}["sleep", {}]],)"
      R"( "task": [["repeat", 1000, [["compute", 1], ["log", "turn"], ["yield"]]]]}}}})",
      spawns, ticks);
}

std::vector<Trial> trials(const Effort&) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const double ticks : kTicks) {
      trials.push_back({.series = std::string(side.name),
                        .x = ticks * kTick,
                        .scheduler = std::string(side.scheduler),
                        .workload = {},
                        .program = program(ticks),
                        .workers = kWorkers,
                        .repetitions = 1});
    }
  }
  return trials;
}

struct Turns {
  double most = 0;
  double fewest = 0;
  double jain = 0;  ///< (sum)^2 / (n sum of squares): 1 if all are equal, 1 / n if one has all.
};

Turns turns_of(const Evidence& evidence, const Place& place) {
  std::map<std::string, double> counts;
  for (const TraceLine& line : trace_lines(evidence.at(place).trace)) ++counts[line.task];
  Turns turns{.fewest = counts.size() < kTasks ? 0 : 1e18};
  double sum = 0;
  double squares = 0;
  for (const auto& [task, count] : counts) {
    turns.most = std::max(turns.most, count);
    turns.fewest = std::min(turns.fewest, count);
    sum += count;
    squares += count * count;
  }
  turns.jain = squares == 0 ? 0 : sum * sum / (kTasks * squares);
  return turns;
}

double ratio_of(const Turns& turns) { return turns.most / std::max(1.0, turns.fewest); }

Claim fair_claim(const Evidence& evidence, std::string_view series) {
  const Turns turns = turns_of(evidence, {series, kLast});
  return {fmt::format("{}: the most turns of a task are {} of the fewest", series, kFair),
          turns.fewest > 0 && kFair.holds(ratio_of(turns)),
          fmt::format("{:.0f} to {:.0f} turns, Jain index {:.3f}", turns.fewest, turns.most,
                      turns.jain)};
}

Claim unfair_claim(const Evidence& evidence, std::string_view series, double least) {
  const Turns turns = turns_of(evidence, {series, kLast});
  return {fmt::format("{}: the most turns of a task are {} the fewest or more", series,
                      stated(least, Unit::factor)),
          ratio_of(turns) >= least,
          fmt::format("{:.0f} to {:.0f} turns, Jain index {:.3f}", turns.fewest, turns.most,
                      turns.jain)};
}

Chart chart_of(const Evidence& evidence) {
  Chart chart{.name = "q11-progress",
              .title = fmt::format(
                  "Turns of the luckiest task over those of the unluckiest, {} on {} workers",
                  kTasks, kWorkers),
              .x_label = "time",
              .x_unit = Unit::time,
              .y_label = "ratio of turns; 1 is fair",
              .y_unit = Unit::factor};
  for (const Side& side : kSides) {
    Curve curve{.name = std::string(side.name), .points = {}};
    for (const double ticks : kTicks) {
      const double ratio = ratio_of(turns_of(evidence, {side.name, ticks * kTick}));
      curve.points.push_back({ticks * kTick, {ratio, ratio, ratio}});
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

Answer judge(const Evidence& evidence) {
  const Turns stealing = turns_of(evidence, {"work_stealing", kLast});
  const Turns shards = turns_of(evidence, {"sharded_loops", kLast});
  Answer answer;
  answer.verdict = fmt::format(
      "One queue is fair and so is one loop; work stealing is not to tasks that yield, as nobody "
      "steals while all are busy: of {} on {} workers the luckiest gets {} the turns of the "
      "unluckiest, as sharded loops give {}; a yield to the queue of all makes it {}.",
      kTasks, kWorkers, text_of(ratio_of(stealing), Unit::factor),
      text_of(ratio_of(shards), Unit::factor),
      text_of(ratio_of(turns_of(evidence, {"yield to all", kLast})), Unit::factor));
  for (const Side& side : kSides) {
    const double jain = turns_of(evidence, {side.name, kLast}).jain;
    answer.effects.push_back(
        {fmt::format("Jain index after {}, {}", stated(kLast, Unit::time), side.name),
         {jain, jain, jain}});
  }
  answer.holds_for = fmt::format(
      "{} tasks that compute {} and yield, for {}, on {} workers (one for event_loop); no costs.",
      kTasks, stated(kTick, Unit::time), stated_range(kFirst, kLast, Unit::time), kWorkers);
  answer.flips_where = fmt::format(
      "With a multiple of {} tasks every worker has as many. Over {} the ratios are {} "
      "(work_stealing) and {} (shared_queue).",
      kWorkers, stated(kFirst, Unit::time),
      text_of(ratio_of(turns_of(evidence, {"work_stealing", kFirst})), Unit::factor),
      text_of(ratio_of(turns_of(evidence, {"shared_queue", kFirst})), Unit::factor));
  answer.claims = {fair_claim(evidence, "event_loop"),
                   fair_claim(evidence, "shared_queue"),
                   fair_claim(evidence, "yield to all"),
                   unfair_claim(evidence, "sharded_loops", kUnfairLoops),
                   unfair_claim(evidence, "work_stealing", kUnfairStealing),
                   unfair_claim(evidence, "yield to the back", kUnfairStealing)};
  AnswerTable table{.title = fmt::format("Turns in {}", stated(kLast, Unit::time)),
                    .columns = {"scheduler", "fewest", "most", "Jain index"},
                    .rows = {}};
  for (const Side& side : kSides) {
    const Turns turns = turns_of(evidence, {side.name, kLast});
    table.rows.push_back({std::string(side.name), fmt::format("{:.0f}", turns.fewest),
                          fmt::format("{:.0f}", turns.most), fmt::format("{:.3f}", turns.jain)});
  }
  answer.tables = {std::move(table)};
  answer.charts = {chart_of(evidence)};
  return answer;
}

}  // namespace

Question fairness_question() {
  return {.id = "Q11",
          .title = "Is it fair? Do early tasks get more CPU?",
          .keywords = "fairness jain starvation yield progress turns",
          .hypothesis =
              "One queue gives equal turns. Queues of their own do not, if the tasks do "
              "not divide among the workers: nobody is idle, so nobody steals.",
          .experiment = fmt::format(
              "{} tasks that compute {} and yield, for {} on {} workers in virtual time: "
              "event_loop, sharded_loops and shared_queue as controls, work_stealing with its "
              "three kinds of yield.",
              kTasks, stated(kTick, Unit::time), stated_range(kFirst, kLast, Unit::time), kWorkers),
          .metric = "Turns of each task: the most over the fewest, and Jain's index.",
          .rule = fmt::format(
              "The most turns over the fewest. event_loop, shared_queue and yield=global: {}; "
              "sharded_loops: {} or more; work_stealing with yield=deferred and back: {} or more.",
              kFair, stated(kUnfairLoops, Unit::factor), stated(kUnfairStealing, Unit::factor)),
          .background =
              "Tokio puts who yields aside until the driver was polled; Go puts it at the "
              "end of the global queue.",
          .sources = {"typelevel/cats-effect#2499", "typelevel/cats-effect#2514",
                      "typelevel/cats-effect#3392", "tokio-rs/tokio#5209", "tokio-rs/tokio#5223",
                      "python-trio/trio#32", "python-trio/trio#970",
                      "micropython/micropython-lib#139", "golang/go#52934"},
          .vary = "loopsteal script fair.json --scheduler work_stealing:yield=global --workers 4",
          .metrics = {},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
