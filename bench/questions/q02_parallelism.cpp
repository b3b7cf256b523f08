// Why a program may be slower on several threads than on one: messages between tasks, with more or
// less work for each, with and without parallelism.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kWorks = {10.0, 100.0, 300.0, 1e3, 3e3, 10e3, 30e3, 100e3};  // ns
constexpr std::array kSides = {
    Side{"event_loop", "event_loop"}, Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"}, Side{"work_stealing", "work_stealing"}};
constexpr std::array<WorkerId, 2> kWorkers = {2, 8};
constexpr std::string_view kRow = "pipeline";
constexpr std::string_view kPair = "one pair";

std::string named(std::string_view side, std::string_view work, WorkerId workers) {
  return fmt::format("{}, {}, {} workers", side, work, workers);
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Side& side : kSides) {
    for (const WorkerId workers : kWorkers) {
      for (const double work : kWorks) {
        const auto add = [&](std::string_view what, std::string workload) {
          trials.push_back({.series = named(side.name, what, workers),
                            .x = work,
                            .scheduler = std::string(side.scheduler),
                            .workload = std::move(workload),
                            .workers = workers,
                            .costs = "reference",
                            .repetitions = effort.repetitions()});
        };
        add(kRow, fmt::format("pipeline:stages=4,items={},capacity=16,work={}ns",
                              effort.pieces(500), work));
        add(kPair,
            fmt::format("ping_pong:pairs=1,rounds={},task_work={}ns", effort.pieces(200), work));
      }
    }
  }
  return trials;
}

Curve against_loop(const Evidence& evidence, std::string_view side, std::string_view what,
                   WorkerId workers) {
  return ratio_curve(evidence, named(side, what, workers), named("event_loop", what, workers),
                     "makespan", fmt::format("{}, {} workers", side, workers));
}

// Work per message from which on several threads are faster than one.
double break_even(const Evidence& evidence, std::string_view side, WorkerId workers) {
  const std::vector<CurvePoint> points = against_loop(evidence, side, kRow, workers).points;
  std::vector<double> xs;
  std::vector<double> speeds;
  for (const CurvePoint& point : points) {
    xs.push_back(point.x);
    speeds.push_back(1 / point.y.value);
  }
  return first_crossing(xs, speeds, 1).x;
}

Chart chart_of(const Evidence& evidence, std::string_view name, std::string_view what) {
  Chart chart{.name = fmt::format("q02-{}", name),
              .title = fmt::format("Time over that of one loop, {}, reference costs", what),
              .x_label = "work for each message",
              .x_unit = Unit::time,
              .y_label = "ratio of makespans; above 1 threads lose",
              .y_unit = Unit::factor,
              .log_x = true,
              .log_y = true};
  for (const Side& side : kSides) {
    if (side.name == "event_loop") continue;
    for (const WorkerId workers : kWorkers)
      chart.curves.push_back(against_loop(evidence, side.name, what, workers));
  }
  return chart;
}

Answer judge(const Evidence& evidence) {
  const auto ratio = [&](std::string_view what, double work, WorkerId workers) {
    return evidence.ratio({named("work_stealing", what, workers), work},
                          {named("event_loop", what, workers), work}, "makespan");
  };
  const double even = break_even(evidence, "work_stealing", 8);
  const Estimate tiny = ratio(kRow, kWorks.front(), 8);
  const Estimate large = ratio(kRow, kWorks.back(), 8);
  const Estimate pair = ratio(kPair, 1e3, 8);
  Answer answer;
  answer.verdict = fmt::format(
      "Because a message to another thread costs more than the work it brings: with {} of work for "
      "each, 8 stealing workers take {} the time of one loop, with {} {}; they break even at {}, "
      "and where only one task at a time has something to do they never win ({} at 1 us).",
      text_of(kWorks.front(), Unit::time), text_of(tiny.value, Unit::factor),
      text_of(kWorks.back(), Unit::time), text_of(large.value, Unit::factor),
      text_of(even, Unit::time), text_of(pair.value, Unit::factor));
  answer.effects = {
      {"time of work_stealing over event_loop, pipeline, 10 ns, 8 workers", tiny, Unit::factor},
      {"time of work_stealing over event_loop, pipeline, 100 us, 8 workers", large, Unit::factor},
      {"time of work_stealing over event_loop, one pair, 1 us, 8 workers", pair, Unit::factor},
      {"time of sharded_loops over event_loop, pipeline, 10 ns, 8 workers",
       evidence.ratio({named("sharded_loops", kRow, 8), 10}, {named("event_loop", kRow, 8), 10},
                      "makespan"),
       Unit::factor}};
  answer.holds_for =
      "a pipeline of four tasks, and one pair of tasks that answer each other; 2 "
      "and 8 workers, the reference costs (a wake-up of some 50 us).";
  answer.flips_where = fmt::format(
      "Break-even for each message of the pipeline: work_stealing {} with 2 workers and {} with 8, "
      "shared_queue {} and {}, sharded_loops {} and {}.",
      text_of(break_even(evidence, "work_stealing", 2), Unit::time), text_of(even, Unit::time),
      text_of(break_even(evidence, "shared_queue", 2), Unit::time),
      text_of(break_even(evidence, "shared_queue", 8), Unit::time),
      text_of(break_even(evidence, "sharded_loops", 2), Unit::time),
      text_of(break_even(evidence, "sharded_loops", 8), Unit::time));
  answer.claims = {
      ratio_claim("10 ns of work a message: 8 stealing workers are slower than one loop", tiny,
                  {1.05, 1e9}),
      ratio_claim("100 us of work a message: they are over three times as fast", large, {0, 0.34}),
      {"between the two there is a break-even, for each scheduler",
       even > kWorks.front() && even < kWorks.back() &&
           break_even(evidence, "sharded_loops", 8) > kWorks.front(),
       fmt::format("{} for work_stealing", text_of(even, Unit::time))},
      ratio_claim("one pair, nothing to do in parallel: never faster, at 1 us", pair, {1, 1e9}),
      ratio_claim("the same at 100 us", ratio(kPair, kWorks.back(), 8), {0.9999, 1e9})};
  std::vector<std::string> rows;
  std::vector<std::string> pairs;
  for (const Side& side : kSides) {
    rows.push_back(named(side.name, kRow, 8));
    pairs.push_back(named(side.name, kPair, 8));
  }
  answer.tables = {
      table_of(evidence, "Makespan, pipeline", "work a message", Unit::time, rows, "makespan"),
      table_of(evidence, "Makespan, one pair", "work a message", Unit::time, pairs, "makespan")};
  answer.charts = {chart_of(evidence, "pipeline", kRow), chart_of(evidence, "pair", kPair)};
  return answer;
}

}  // namespace

Question parallelism_question() {
  return {.id = "Q02",
          .title = "Why is multi-threaded slower than single-threaded for my program?",
          .keywords =
              "current_thread multi_thread crossover break even wake handover message "
              "pipeline ping pong request reply",
          .hypothesis =
              "A hand-over to another thread costs some microseconds, so messages with "
              "less work than that are cheaper at home; and a program in which one task "
              "at a time has something to do gains nothing.",
          .experiment =
              "A pipeline of four tasks and one pair that answer each other, 10 ns to "
              "100 us of work for each message, with the reference costs in virtual "
              "time: event_loop against work_stealing, with shared_queue and "
              "sharded_loops as controls, 2 and 8 workers.",
          .metric = "Makespan, as a ratio to event_loop by pairs.",
          .rule =
              "With 8 workers work_stealing is 5 % slower than the loop at 10 ns and three "
              "times as fast at 100 us, with a break-even between; the pair is never faster.",
          .background = "",
          .sources = {"tokio-rs/tokio#5440", "tokio-rs/tokio#4311", "tokio-rs/tokio#5771",
                      "astral-sh/uv#4934", "svix/diom#513", "inko-lang/inko#853"},
          .vary =
              "loopsteal compare --machine sim --workers 4 --costs reference --scheduler "
              "event_loop --scheduler work_stealing --workload pipeline:work=2us",
          .metrics = {"makespan"},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
