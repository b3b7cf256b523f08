// How often a busy worker should look into the queue of jobs from outside: tasks spawned there
// while all workers have plenty of work.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kEachTime = 1;
constexpr double kTokio = 61;  // Tokio 1.24 and Go.
constexpr std::array kIntervals = {kEachTime, 4.0, 16.0, kTokio, 256.0, 1024.0};
constexpr double kRare = kIntervals.back();
constexpr WorkerId kWorkers = 4;
constexpr int kSpawns = 200;
constexpr int kBusy = 100;          // Tasks of each worker.
constexpr double kBusyWork = 10e3;  // The workload's, before each yield.
constexpr Bound kTokioBound = Bound::over(5);
constexpr Bound kRareBound = Bound::longer(0.2);
constexpr Bound kAdaptiveBound = Bound::hardly_longer(0.05);
constexpr Bound kNeverBound = Bound::within(0.1);
constexpr Bound kSharedBound = Bound::longer(0.2);
constexpr std::array kOthers = {
    Side{"adaptive", "work_stealing"}, Side{"never", "work_stealing:global_queue_interval=never"},
    Side{"shared_queue", "shared_queue"}, Side{"sharded_loops", "sharded_loops"}};
constexpr std::string_view kFixed = "every so many";

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  const auto add = [&](std::string_view series, double x, std::string scheduler) {
    trials.push_back({.series = std::string(series),
                      .x = x,
                      .scheduler = std::move(scheduler),
                      .workload = fmt::format("spawn_many_remote_busy1:spawns={},rounds={},busy={}",
                                              kSpawns, effort.pieces(10), kBusy),
                      .workers = kWorkers,
                      .costs = "reference",
                      .repetitions = effort.repetitions()});
  };
  for (const double interval : kIntervals) {
    add(kFixed, interval, fmt::format("work_stealing:global_queue_interval={:.0f}", interval));
  }
  for (const Side& side : kOthers) add(side.name, 0, std::string(side.scheduler));
  return trials;
}

Place at(double interval) { return {kFixed, interval}; }

Chart chart_of(const Evidence& evidence) {
  Chart chart{.name = "q09-interval",
              .title = "Time for what is spawned outside, against how often it is looked for",
              .x_label = "jobs between looks into the queue",
              .x_unit = Unit::count,
              .y_label = "time of all rounds",
              .y_unit = Unit::time,
              .log_x = true,
              .log_y = true,
              .curves = {curve_of(evidence, kFixed, "makespan", "every so many jobs")}};
  for (const Side& side : kOthers) {
    const Estimate level = evidence.estimate({side.name, 0}, "makespan");
    chart.curves.push_back({.name = std::string(side.name),
                            .points = {{kIntervals.front(), level}, {kIntervals.back(), level}}});
  }
  return chart;
}

AnswerTable table_of_times(const Evidence& evidence) {
  AnswerTable table{
      .title = fmt::format("Time until {} spawns from outside are done, all rounds", kSpawns),
      .columns = {"look into the queue", "time"},
      .rows = {}};
  for (const double interval : kIntervals) {
    table.rows.push_back({fmt::format("every {:.0f} jobs", interval),
                          text_of(evidence.estimate(at(interval), "makespan"), Unit::time)});
  }
  for (const Side& side : kOthers) {
    table.rows.push_back({std::string(side.name),
                          text_of(evidence.estimate({side.name, 0}, "makespan"), Unit::time)});
  }
  return table;
}

Answer judge(const Evidence& evidence) {
  const Estimate tokio = evidence.ratio(at(kTokio), at(kEachTime), "makespan");
  const Estimate rare = evidence.ratio(at(kRare), at(kTokio), "makespan");
  const Estimate adapted = evidence.ratio({"adaptive", 0}, at(kTokio), "makespan");
  const Estimate never = evidence.ratio({"never", 0}, at(kRare), "makespan");
  const Estimate fair = evidence.ratio(at(kTokio), {"shared_queue", 0}, "makespan");
  Answer answer;
  answer.verdict = fmt::format(
      "Often, if others wait outside: with {} busy tasks a worker, looking every {} jobs (Tokio "
      "1.24, Go) lets what is spawned outside wait {} as long as looking first each time, and {} "
      "as long as one queue for all; every {} makes it {} as long again, and Tokio's adaptive "
      "interval {} as long as {} does.",
      kBusy, kTokio, text_of(tokio.value, Unit::factor), text_of(fair.value, Unit::factor), kRare,
      text_of(rare.value, Unit::factor), text_of(adapted.value, Unit::factor), kTokio);
  answer.effects = {
      {fmt::format("time to get {} spawns done, every {} over each time", kSpawns, kTokio), tokio,
       Unit::factor},
      {fmt::format("every {} over every {}", kRare, kTokio), rare, Unit::factor},
      {fmt::format("adaptive over every {}", kTokio), adapted, Unit::factor},
      {fmt::format("every {} over shared_queue", kTokio), fair, Unit::factor}};
  answer.holds_for = fmt::format(
      "{} empty tasks spawned from outside at a time, {} tasks a worker that burn {} and yield; {} "
      "workers, the reference costs.",
      kSpawns, kBusy, stated(kBusyWork, Unit::time), kWorkers);
  answer.flips_where =
      "Where workers have little of their own they come to the queue by "
      "themselves, and the interval decides nothing.";
  answer.claims = {
      ratio_claim(fmt::format("every {} takes {} the time of each time", kTokio, kTokioBound),
                  tokio, kTokioBound),
      ratio_claim(fmt::format("every {} takes {} than every {}", kRare, kRareBound, kTokio), rare,
                  kRareBound),
      ratio_claim(fmt::format("adaptive, with jobs of {}, takes {} than every {}",
                              stated(kBusyWork, Unit::time), kAdaptiveBound, kTokio),
                  adapted, kAdaptiveBound),
      ratio_claim(fmt::format("never is as bad as every {}, {}", kRare, kNeverBound), never,
                  kNeverBound),
      ratio_claim(fmt::format("one queue for all is fairer: every {} takes {} than shared_queue",
                              kTokio, kSharedBound),
                  fair, kSharedBound)};
  answer.tables = {table_of_times(evidence)};
  answer.charts = {chart_of(evidence)};
  return answer;
}

}  // namespace

Question injection_question() {
  return {.id = "Q09",
          .title = "Externally injected work is starved: how often to check the global queue?",
          .keywords = "injector inject remote spawn global_queue_interval starvation outside 61",
          .hypothesis =
              "What is spawned outside waits for about as many jobs as lie between two "
              "looks; an interval that follows the length of jobs bounds that in time.",
          .experiment = fmt::format(
              "{} tasks spawned from outside while each worker has {} tasks that burn {} and "
              "yield, with the reference costs in virtual time: work_stealing with intervals of {} "
              "to {}, adaptive and never; shared_queue and sharded_loops as controls; {} workers.",
              kSpawns, kBusy, stated(kBusyWork, Unit::time), kIntervals.front(), kRare, kWorkers),
          .metric = "Time until all of them are done.",
          .rule = fmt::format(
              "{0} takes {1} the time of {2}, {3} takes {4} than {0}, adaptive {5} than {0}; never "
              "is {6} of {3}; {0} takes {7} than shared_queue.",
              kTokio, kTokioBound, kEachTime, kRare, kRareBound, kAdaptiveBound, kNeverBound,
              kSharedBound),
          .background =
              "Tokio 1.24 and Go look every 61 jobs; Tokio since 1.28 adapts the "
              "interval to the mean length of a poll.",
          .sources = {"tokio-rs/tokio#5712", "tokio-rs/tokio#5720", "tokio-rs/tokio#5705",
                      "tokio-rs/tokio#4671", "tokio-rs/tokio#750", "tokio-rs/tokio#798",
                      "tokio-rs/tokio#7973", "dotnet/runtime#28295"},
          .vary =
              "loopsteal compare --machine sim --workers 4 --costs reference --scheduler "
              "work_stealing --scheduler work_stealing:global_queue_interval=8 --workload "
              "spawn_many_remote_busy1:spawns=200,rounds=10,busy=20",
          .metrics = {"makespan"},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
