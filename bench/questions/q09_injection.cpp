// How often a busy worker should look into the queue of jobs from outside: tasks spawned there
// while all workers have plenty of work.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kIntervals = {1.0, 4.0, 16.0, 61.0, 256.0, 1024.0};
constexpr WorkerId kWorkers = 4;
constexpr std::array kOthers = {
    Side{"adaptive", "work_stealing"}, Side{"never", "work_stealing:global_queue_interval=never"},
    Side{"shared_queue", "shared_queue"}, Side{"sharded_loops", "sharded_loops"}};
constexpr std::string_view kFixed = "every so many";

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  const auto add = [&](std::string_view series, double x, std::string scheduler) {
    trials.push_back(
        {.series = std::string(series),
         .x = x,
         .scheduler = std::move(scheduler),
         .workload = fmt::format("spawn_many_remote_busy1:spawns=200,rounds={},busy=100",
                                 effort.pieces(10)),
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

Answer judge(const Evidence& evidence) {
  const auto at = [&](double interval) { return Place{kFixed, interval}; };
  const Place adaptive{"adaptive", 0};
  const Place shared{"shared_queue", 0};
  const Estimate tokio = evidence.ratio(at(61), at(1), "makespan");
  const Estimate rare = evidence.ratio(at(1024), at(61), "makespan");
  const Estimate adapted = evidence.ratio(adaptive, at(61), "makespan");
  const Estimate fair = evidence.ratio(at(61), shared, "makespan");
  Answer answer;
  answer.verdict = fmt::format(
      "Often, if others wait outside: with a hundred busy tasks a worker, looking every 61 jobs "
      "(Tokio 1.24, Go) lets what is spawned outside wait {} as long as looking first each time, "
      "and {} as long as one queue for all; every 1024 makes it {} as long again, and Tokio's "
      "adaptive interval {} as long as 61 does.",
      text_of(tokio.value, Unit::factor), text_of(fair.value, Unit::factor),
      text_of(rare.value, Unit::factor), text_of(adapted.value, Unit::factor));
  answer.effects = {{"time to get 200 spawns done, every 61 over each time", tokio, Unit::factor},
                    {"every 1024 over every 61", rare, Unit::factor},
                    {"adaptive over every 61", adapted, Unit::factor},
                    {"every 61 over shared_queue", fair, Unit::factor}};
  answer.holds_for =
      "200 empty tasks spawned from outside at a time, 100 tasks a worker that burn "
      "10 us and yield; 4 workers, the reference costs.";
  answer.flips_where =
      "Where workers have little of their own they come to the queue by "
      "themselves, and the interval decides nothing.";
  answer.claims = {
      ratio_claim("every 61 takes over five times as long as each time", tokio, {5, 1e9}),
      ratio_claim("every 1024 takes longer yet", rare, {1.2, 1e9}),
      ratio_claim("adaptive, with jobs of 10 us, is as good as 61 or better", adapted, {0, 1.05}),
      ratio_claim("never is as bad as 1024, to 10 %",
                  evidence.ratio({"never", 0}, at(1024), "makespan"), {0.9, 1.1}),
      ratio_claim("one queue for all is fairer than 61", fair, {1.2, 1e9})};
  AnswerTable table{.title = "Time until 200 spawns from outside are done, all rounds",
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
  answer.tables = {std::move(table)};
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
  answer.charts = {std::move(chart)};
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
          .experiment =
              "200 tasks spawned from outside while each worker has 100 tasks that burn "
              "10 us and yield, with the reference costs in virtual time: work_stealing "
              "with intervals of 1 to 1024, adaptive and never; shared_queue and "
              "sharded_loops as controls; 4 workers.",
          .metric = "Time until all of them are done.",
          .rule =
              "61 takes over five times as long as 1, 1024 a fifth longer than 61, adaptive no "
              "more than 5 % longer than 61, never is within 10 % of 1024, shared_queue over a "
              "fifth quicker than 61.",
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
