// Whether tasks that always have something to do get equal turns: six of them, which compute and
// yield, on four workers.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"
#include "bench/questions/trace_lines.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kTicks = {30.0, 60.0, 120.0, 240.0};  // For how long: ms.
constexpr int kTasks = 6;
constexpr WorkerId kWorkers = 4;
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
                        .x = ticks * 1e6,
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
  const Turns turns = turns_of(evidence, {series, kTicks.back() * 1e6});
  return {fmt::format("{}: all get the same, to one turn in fifty", series),
          turns.fewest > 0 && ratio_of(turns) < 1.02,
          fmt::format("{:.0f} to {:.0f} turns, Jain index {:.3f}", turns.fewest, turns.most,
                      turns.jain)};
}

Claim unfair_claim(const Evidence& evidence, std::string_view series, double least) {
  const Turns turns = turns_of(evidence, {series, kTicks.back() * 1e6});
  return {fmt::format("{}: some get {} the turns of others or more", series,
                      text_of(least, Unit::factor)),
          ratio_of(turns) >= least,
          fmt::format("{:.0f} to {:.0f} turns, Jain index {:.3f}", turns.fewest, turns.most,
                      turns.jain)};
}

Chart chart_of(const Evidence& evidence) {
  Chart chart{
      .name = "q11-progress",
      .title = "Turns of the luckiest task over those of the unluckiest, six on four workers",
      .x_label = "time",
      .x_unit = Unit::time,
      .y_label = "ratio of turns; 1 is fair",
      .y_unit = Unit::factor};
  for (const Side& side : kSides) {
    Curve curve{.name = std::string(side.name), .points = {}};
    for (const double ticks : kTicks) {
      const double ratio = ratio_of(turns_of(evidence, {side.name, ticks * 1e6}));
      curve.points.push_back({ticks * 1e6, Estimate::exact(ratio)});
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

Answer judge(const Evidence& evidence) {
  const double last = kTicks.back() * 1e6;
  const Turns stealing = turns_of(evidence, {"work_stealing", last});
  const Turns shards = turns_of(evidence, {"sharded_loops", last});
  Answer answer;
  answer.verdict = fmt::format(
      "One queue is fair and so is one loop; work stealing is not to tasks that yield, as nobody "
      "steals while all are busy: of six on four workers the luckiest gets {} the turns of the "
      "unluckiest, as sharded loops give {}; a yield to the queue of all makes it {}.",
      text_of(ratio_of(stealing), Unit::factor), text_of(ratio_of(shards), Unit::factor),
      text_of(ratio_of(turns_of(evidence, {"yield to all", last})), Unit::factor));
  for (const Side& side : kSides) {
    const double jain = turns_of(evidence, {side.name, last}).jain;
    answer.effects.push_back(
        {fmt::format("Jain index after 240 ms, {}", side.name), Estimate::exact(jain)});
  }
  answer.holds_for =
      "six tasks that compute 1 ms and yield, for 30 to 240 ms, on four workers (one "
      "for event_loop); no costs.";
  answer.flips_where = fmt::format(
      "With a multiple of four tasks every worker has as many. Over 30 ms the ratios are {} "
      "(work_stealing) and {} (shared_queue).",
      text_of(ratio_of(turns_of(evidence, {"work_stealing", kTicks.front() * 1e6})), Unit::factor),
      text_of(ratio_of(turns_of(evidence, {"shared_queue", kTicks.front() * 1e6})), Unit::factor));
  answer.claims = {fair_claim(evidence, "event_loop"),
                   fair_claim(evidence, "shared_queue"),
                   fair_claim(evidence, "yield to all"),
                   unfair_claim(evidence, "sharded_loops", 1.9),
                   unfair_claim(evidence, "work_stealing", 1.2),
                   unfair_claim(evidence, "yield to the back", 1.2)};
  AnswerTable table{.title = "Turns in 240 ms",
                    .columns = {"scheduler", "fewest", "most", "Jain index"},
                    .rows = {}};
  for (const Side& side : kSides) {
    const Turns turns = turns_of(evidence, {side.name, last});
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
          .experiment =
              "Six tasks that compute 1 ms and yield, for 30 to 240 ms on four workers "
              "in virtual time: event_loop, sharded_loops and shared_queue as controls, "
              "work_stealing with its three kinds of yield.",
          .metric = "Turns of each task: the most over the fewest, and Jain's index.",
          .rule =
              "event_loop, shared_queue and yield=global: within 2 %; sharded_loops: 1.9 times "
              "or more; work_stealing with yield=deferred and back: 1.2 times or more.",
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
