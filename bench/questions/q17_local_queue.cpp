// A worker's own queue: its capacity, and the order in which its owner takes jobs.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr std::array kCapacities = {16.0, 64.0, 256.0, 1024.0, 4096.0};
constexpr std::array kLoads = {0.5, 0.7, 0.9};
constexpr WorkerId kWorkers = 8;
constexpr std::array kHalves = {Side{"first half", "first_half"},
                                Side{"second half", "second_half"}};
constexpr std::array kControls = {Side{"shared_queue", "shared_queue"},
                                  Side{"sharded_loops", "sharded_loops:placement=random"}};
constexpr std::array kOrders = {Side{"oldest first", "random_stealing"},
                                Side{"newest first", "random_stealing:local_order=lifo"}};

std::string ordered(std::string_view side) { return std::string(side) + ", requests"; }

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  const auto burst = [&](std::string_view series, double capacity, std::string scheduler) {
    trials.push_back(
        {.series = std::string(series),
         .x = capacity,
         .scheduler = std::move(scheduler),
         .workload = fmt::format("bursts:bursts={},jobs=1000,work=10us", effort.pieces(20)),
         .workers = kWorkers,
         .costs = "reference",
         .repetitions = effort.repetitions()});
  };
  for (const Side& half : kHalves) {
    for (const double capacity : kCapacities) {
      burst(
          half.name, capacity,
          fmt::format("work_stealing:queue_capacity={:.0f},overflow={}", capacity, half.scheduler));
    }
  }
  for (const Side& control : kControls)
    burst(control.name, 0, control.name == "shared_queue" ? "shared_queue" : "sharded_loops");
  const auto requests = [&](const Side& side) {
    for (const double load : kLoads) {
      trials.push_back({.series = ordered(side.name),
                        .x = load,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("requests:mean=100us,load={},count={}", load,
                                                effort.pieces(load < 0.85 ? 100'000 : 300'000)),
                        .workers = kWorkers,
                        .repetitions = effort.repetitions()});
    }
  };
  for (const Side& side : kOrders) requests(side);
  for (const Side& side : kControls) requests(side);
  return trials;
}

Chart burst_chart(const Evidence& evidence) {
  Chart chart{.name = "q17-capacity",
              .title = "Bursts of 1,000 jobs, reference costs: p99 of the sojourn",
              .x_label = "jobs that a queue holds",
              .x_unit = Unit::count,
              .y_label = "p99 of the sojourn",
              .y_unit = Unit::time,
              .log_x = true};
  add_curves(chart, evidence, kHalves, "sojourn_p99");
  for (const Side& side : kControls) {
    const Estimate level = evidence.estimate({side.name, 0}, "sojourn_p99");
    chart.curves.push_back({.name = std::string(side.name),
                            .points = {{kCapacities.front(), level}, {kCapacities.back(), level}}});
  }
  return chart;
}

Chart order_chart(const Evidence& evidence) {
  Chart chart{.name = "q17-order",
              .title = "Which of its own a worker takes first: p99 of the sojourn, no costs",
              .x_label = "load",
              .x_unit = Unit::share,
              .y_label = "p99 of the sojourn",
              .y_unit = Unit::time,
              .log_y = true};
  add_curves(chart, evidence, kOrders, "sojourn_p99", ", requests");
  add_curves(chart, evidence, kControls, "sojourn_p99", ", requests");
  return chart;
}

Answer judge(const Evidence& evidence) {
  const double most = kCapacities.back();
  const auto order = [&](std::string_view metric) {
    return evidence.ratio({ordered("newest first"), 0.9}, {ordered("oldest first"), 0.9}, metric);
  };
  const Estimate small =
      evidence.ratio({"second half", kCapacities.front()}, {"second half", most}, "makespan");
  const Estimate halves = evidence.ratio({"first half", 256}, {"second half", 256}, "makespan");
  const Estimate tail = order("sojourn_p99");
  const Estimate mean = order("sojourn_mean");
  const Estimate overflows = evidence.estimate({"second half", 256}, "overflows");
  Answer answer;
  answer.verdict = fmt::format(
      "Capacity hardly matters, order does: bursts of 1,000 jobs take {} as long with queues of 16 "
      "as with queues of 4,096, and which half overflows makes no difference ({}); but an owner "
      "that takes its newest job first has {} the p99 at the same mean ({}).",
      text_of(small.value, Unit::factor), text_of(halves.value, Unit::factor),
      text_of(tail.value, Unit::factor), text_of(mean.value, Unit::factor));
  answer.effects = {{"time of bursts with 16 over 4,096", small, Unit::factor},
                    {"time of bursts, first half over second half, 256", halves, Unit::factor},
                    {"p99 of newest over oldest first, load 90 %", tail, Unit::factor},
                    {"mean of newest over oldest first, load 90 %", mean, Unit::factor},
                    {"overflows of a run, 256", overflows, Unit::count}};
  answer.holds_for =
      "bursts of 1,000 jobs of 10 us from one task with the reference costs, and "
      "requests at 50 to 90 % load at no cost; 8 workers.";
  answer.flips_where = fmt::format(
      "Newest first costs less of the tail the lower the load: {} at 50 %. It is for trees that it "
      "pays (Q10).",
      text_of(evidence.ratio({ordered("newest first"), 0.5}, {ordered("oldest first"), 0.5},
                             "sojourn_p99"),
              Unit::factor));
  answer.claims = {
      ratio_claim("a queue of 16 costs less than 5 % over one of 4,096", small, {0.95, 1.05}),
      ratio_claim("which half overflows decides less than 2 %", halves, {0.98, 1.02}),
      {"queues of 256 overflow in such bursts, queues of 4,096 never",
       overflows.low > 0 && evidence.estimate({"second half", most}, "overflows").high == 0,
       fmt::format(
           "{} and {}", text_of(overflows.value, Unit::count),
           text_of(evidence.estimate({"second half", most}, "overflows").value, Unit::count))},
      ratio_claim("newest first: the same mean, to 3 %", mean, {0.97, 1.03}),
      ratio_claim("and a p99 over a fifth longer, at 90 %", tail, {1.2, 1e9})};
  answer.tables = {
      table_of(evidence, "p99 of the sojourn in bursts", "capacity", Unit::count,
               {"first half", "second half", "shared_queue", "sharded_loops"}, "sojourn_p99"),
      table_of(evidence, "Overflows of a run", "capacity", Unit::count,
               {"first half", "second half"}, "overflows"),
      table_of(evidence, "p99 of the sojourn of requests", "load", Unit::share,
               {ordered("oldest first"), ordered("newest first"), ordered("shared_queue"),
                ordered("sharded_loops")},
               "sojourn_p99")};
  answer.charts = {order_chart(evidence), burst_chart(evidence)};
  return answer;
}

}  // namespace

Question local_queue_question() {
  return {.id = "Q17",
          .title = "Local queue: capacity, overflow, owner LIFO or FIFO?",
          .keywords = "run queue ring 256 qcap overflow half local_order newest oldest age reorder",
          .hypothesis =
              "What overflows goes to the injector and comes back in batches, so capacity "
              "costs little; the order changes no mean, but who waits longest.",
          .experiment =
              "Bursts of 1,000 jobs with queues of 16 to 4,096 and both halves "
              "overflowing, with the reference costs; Poisson requests at random workers "
              "at no cost, oldest and newest first: random_stealing; shared_queue and "
              "sharded_loops as controls; 8 workers in virtual time.",
          .metric = "Makespan, overflows, mean and p99 of the sojourn.",
          .rule =
              "16 is within 5 % of 4,096 and the halves within 2 % of each other; 256 "
              "overflows and 4,096 does not; newest first has the mean of oldest first to 3 % "
              "and a p99 over a fifth longer at 90 %.",
          .background =
              "Tokio and Go: 256, oldest first; Tokio overflows its second half since "
              "1.52, the first before. Rayon: growing, newest first.",
          .sources = {"tokio-rs/tokio#8029", "dotnet/coreclr#13090", "dotnet/coreclr#18403",
                      "actor-framework/actor-framework#459", "NVIDIA/stdexec#1481",
                      "typelevel/cats-effect#2283", "typelevel/cats-effect#4674"},
          .vary =
              "loopsteal compare --machine sim --workers 8 --costs reference --scheduler "
              "work_stealing:queue_capacity=32 --scheduler work_stealing --workload "
              "spawn_many_local:spawns=20000",
          .metrics = {"makespan", "overflows", "sojourn_mean", "sojourn_p99"},
          .trials = trials,
          .judge = judge};
}

}  // namespace loopsteal::questions
