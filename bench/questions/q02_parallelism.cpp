// Why a program may be slower on several threads than on one: messages between tasks, with more or
// less work for each, with and without parallelism.
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kWorks = {10.0, 100.0, 300.0, 1e3, 3e3, 10e3, 30e3, 100e3};  // ns
constexpr std::array kSides = {
    Side{"event_loop", "event_loop"}, Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"}, Side{"work_stealing", "work_stealing"}};
constexpr WorkerId kFew = 2;
constexpr WorkerId kMany = 8;
constexpr std::array kWorkers = {kFew, kMany};
constexpr int kStages = 4;  // Tasks of the pipeline.
constexpr double kPairWork = 1e3;
constexpr Bound kSlower = Bound::longer(0.05);
constexpr Bound kFaster = Bound::over(3);
constexpr Bound kNeverFaster = Bound::over(1);
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
        add(kRow, fmt::format("pipeline:stages={},items={},capacity=16,work={}ns", kStages,
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

// Whether a break-even lies between the least and the most work.
bool breaks_even(const Evidence& evidence, std::string_view side) {
  const double even = break_even(evidence, side, kMany);
  return even > kWorks.front() && even < kWorks.back();
}

std::vector<Claim> claims_of(const Evidence& evidence) {
  const auto time = [&](std::string_view what, double work) {
    return evidence.ratio({named("work_stealing", what, kMany), work},
                          {named("event_loop", what, kMany), work}, "makespan");
  };
  const Estimate speed =
      evidence.ratio({named("event_loop", kRow, kMany), kWorks.back()},
                     {named("work_stealing", kRow, kMany), kWorks.back()}, "makespan");
  const auto pair = [&](double work) {
    return ratio_claim(fmt::format("one pair, {} of work a message, nothing to do in parallel: {} "
                                   "stealing workers are not faster than one loop",
                                   stated(work, Unit::time), kMany),
                       time(kPair, work), kNeverFaster);
  };
  std::vector<std::string> evens;
  bool all = true;
  for (const Side& side : kSides) {
    if (side.name == "event_loop") continue;
    all = all && breaks_even(evidence, side.name);
    evens.push_back(fmt::format(
        "{} for {}", text_of(break_even(evidence, side.name, kMany), Unit::time), side.name));
  }
  return {ratio_claim(fmt::format("{} of work a message: {} stealing workers take {} than one loop",
                                  stated(kWorks.front(), Unit::time), kMany, kSlower),
                      time(kRow, kWorks.front()), kSlower),
          ratio_claim(fmt::format("{} of work a message: {} stealing workers are {} as fast",
                                  stated(kWorks.back(), Unit::time), kMany, kFaster),
                      speed, kFaster),
          {"between the two each scheduler has a break-even", all,
           fmt::format("{}", fmt::join(evens, ", "))},
          pair(kPairWork),
          pair(kWorks.back())};
}

Answer judge(const Evidence& evidence) {
  const auto against = [&](std::string_view side, std::string_view what, double work) {
    return evidence.ratio({named(side, what, kMany), work},
                          {named("event_loop", what, kMany), work}, "makespan");
  };
  const double even = break_even(evidence, "work_stealing", kMany);
  const Estimate tiny = against("work_stealing", kRow, kWorks.front());
  const Estimate large = against("work_stealing", kRow, kWorks.back());
  const Estimate pair = against("work_stealing", kPair, kPairWork);
  Answer answer;
  answer.verdict = fmt::format(
      "Because a message to another thread costs more than the work it brings: with {} of work for "
      "each, {} stealing workers take {} the time of one loop, with {} {}; they break even at {}, "
      "and where only one task at a time has something to do they never win ({} at {}).",
      stated(kWorks.front(), Unit::time), kMany, text_of(tiny.value, Unit::factor),
      stated(kWorks.back(), Unit::time), text_of(large.value, Unit::factor),
      text_of(even, Unit::time), text_of(pair.value, Unit::factor), stated(kPairWork, Unit::time));
  const auto effect = [](std::string_view side, std::string_view what, double work,
                         const Estimate& ratio) {
    return Effect{fmt::format("time of {} over event_loop, {}, {}, {} workers", side, what,
                              stated(work, Unit::time), kMany),
                  ratio, Unit::factor};
  };
  answer.effects = {effect("work_stealing", kRow, kWorks.front(), tiny),
                    effect("work_stealing", kRow, kWorks.back(), large),
                    effect("work_stealing", kPair, kPairWork, pair),
                    effect("sharded_loops", kRow, kWorks.front(),
                           against("sharded_loops", kRow, kWorks.front()))};
  answer.holds_for = fmt::format(
      "a pipeline of {} tasks, and one pair of tasks that answer each other; {} and {} workers, "
      "the reference costs (a wake-up of some 50 us).",
      kStages, kFew, kMany);
  answer.flips_where = fmt::format(
      "Break-even for each message of the pipeline: work_stealing {} with {} workers and {} with "
      "{}, shared_queue {} and {}, sharded_loops {} and {}.",
      text_of(break_even(evidence, "work_stealing", kFew), Unit::time), kFew,
      text_of(even, Unit::time), kMany,
      text_of(break_even(evidence, "shared_queue", kFew), Unit::time),
      text_of(break_even(evidence, "shared_queue", kMany), Unit::time),
      text_of(break_even(evidence, "sharded_loops", kFew), Unit::time),
      text_of(break_even(evidence, "sharded_loops", kMany), Unit::time));
  answer.claims = claims_of(evidence);
  std::vector<std::string> rows;
  std::vector<std::string> pairs;
  for (const Side& side : kSides) {
    rows.push_back(named(side.name, kRow, kMany));
    pairs.push_back(named(side.name, kPair, kMany));
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
          .experiment = fmt::format(
              "A pipeline of {} tasks and one pair that answer each other, {} of work for each "
              "message, with the reference costs in virtual time: event_loop against "
              "work_stealing, with shared_queue and sharded_loops as controls, {} and {} workers.",
              kStages, stated_range(kWorks, Unit::time), kFew, kMany),
          .metric = "Makespan, as a ratio to event_loop by pairs.",
          .rule = fmt::format(
              "With {} workers work_stealing takes {} than the loop at {} and is {} as fast at {}; "
              "each scheduler has a break-even between the two. The pair is not faster at {} and "
              "{}.",
              kMany, kSlower, stated(kWorks.front(), Unit::time), kFaster,
              stated(kWorks.back(), Unit::time), stated(kPairWork, Unit::time),
              stated(kWorks.back(), Unit::time)),
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
