// A worker's own queue: its capacity, and the order in which its owner takes jobs.
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kTokio = 256;  // Tokio and Go.
constexpr std::array kCapacities = {16.0, 64.0, kTokio, 1024.0, 4096.0};
constexpr double kSmallest = kCapacities.front();
constexpr double kLargest = kCapacities.back();
constexpr std::array kLoads = {0.5, 0.7, 0.9};
constexpr double kLow = kLoads.front();
constexpr double kHigh = kLoads.back();
constexpr double kMean = 100e3;
constexpr WorkerId kWorkers = 8;
constexpr int kJobs = 1000;  // Of a burst.
constexpr double kJobWork = 10e3;
constexpr Bound kSmallBound = Bound::within(0.05);   // Smallest over largest.
constexpr Bound kHalvesBound = Bound::within(0.02);  // First over second half.
constexpr Bound kMeanBound = Bound::within(0.03);    // Newest over oldest first.
constexpr Bound kTailBound = Bound::longer(0.2);     // The same of the p99.
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
    trials.push_back({.series = std::string(series),
                      .x = capacity,
                      .scheduler = std::move(scheduler),
                      .workload = fmt::format("bursts:bursts={},jobs={},work={}", effort.pieces(20),
                                              kJobs, spec_time(kJobWork)),
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
      trials.push_back(
          {.series = ordered(side.name),
           .x = load,
           .scheduler = std::string(side.scheduler),
           .workload = fmt::format("requests:mean={},load={},count={}", spec_time(kMean), load,
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
              .title = fmt::format("Bursts of {} jobs, reference costs: p99 of the sojourn",
                                   stated(kJobs, Unit::count)),
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

// What the verdict rests on.
struct Numbers {
  Estimate small;      // Time with the smallest queues over that with the largest.
  Estimate halves;     // Time where the first half overflows over that where the second does.
  Estimate tail;       // p99 of newest over oldest first.
  Estimate mean;       // The same of the mean.
  Estimate overflows;  // Of a run with Tokio's queues.
  Estimate never;      // Of a run with the largest.
};

Numbers numbers_of(const Evidence& evidence) {
  const auto order = [&](std::string_view metric) {
    return evidence.ratio({ordered("newest first"), kHigh}, {ordered("oldest first"), kHigh},
                          metric);
  };
  return {
      .small = evidence.ratio({"second half", kSmallest}, {"second half", kLargest}, "makespan"),
      .halves = evidence.ratio({"first half", kTokio}, {"second half", kTokio}, "makespan"),
      .tail = order("sojourn_p99"),
      .mean = order("sojourn_mean"),
      .overflows = evidence.estimate({"second half", kTokio}, "overflows"),
      .never = evidence.estimate({"second half", kLargest}, "overflows")};
}

std::vector<Claim> claims_of(const Numbers& found) {
  return {
      ratio_claim(fmt::format("bursts with queues of {} take a time {} of that with queues of {}",
                              kSmallest, kSmallBound, stated(kLargest, Unit::count)),
                  found.small, kSmallBound),
      ratio_claim(
          fmt::format("the times with either half overflowing are {} of each other", kHalvesBound),
          found.halves, kHalvesBound),
      {fmt::format("queues of {} overflow in such bursts, queues of {} never", kTokio,
                   stated(kLargest, Unit::count)),
       found.overflows.low > 0 && found.never.high == 0,
       fmt::format("{} and {}", text_of(found.overflows.value, Unit::count),
                   text_of(found.never.value, Unit::count))},
      ratio_claim(fmt::format("the mean of newest first is {} of that of oldest first", kMeanBound),
                  found.mean, kMeanBound),
      ratio_claim(fmt::format("the p99 of newest first is {} than that of oldest first at {} load",
                              kTailBound, stated(kHigh, Unit::share)),
                  found.tail, kTailBound)};
}

Answer judge(const Evidence& evidence) {
  const Numbers found = numbers_of(evidence);
  Answer answer;
  answer.verdict = fmt::format(
      "Capacity hardly matters, order does: bursts of {} jobs take {} as long with queues of {} as "
      "with queues of {}, and which half overflows makes no difference ({}); but an owner that "
      "takes its newest job first has {} the p99 at the same mean ({}).",
      stated(kJobs, Unit::count), text_of(found.small.value, Unit::factor), kSmallest,
      stated(kLargest, Unit::count), text_of(found.halves.value, Unit::factor),
      text_of(found.tail.value, Unit::factor), text_of(found.mean.value, Unit::factor));
  const std::string load = "load " + stated(kHigh, Unit::share);
  answer.effects = {
      {fmt::format("time of bursts with {} over {}", kSmallest, stated(kLargest, Unit::count)),
       found.small, Unit::factor},
      {fmt::format("time of bursts, first half over second half, {}", kTokio), found.halves,
       Unit::factor},
      {"p99 of newest over oldest first, " + load, found.tail, Unit::factor},
      {"mean of newest over oldest first, " + load, found.mean, Unit::factor},
      {fmt::format("overflows of a run, {}", kTokio), found.overflows, Unit::count}};
  answer.holds_for = fmt::format(
      "bursts of {} jobs of {} from one task with the reference costs, and requests at {} load at "
      "no cost; {} workers.",
      stated(kJobs, Unit::count), stated(kJobWork, Unit::time), stated_range(kLoads, Unit::share),
      kWorkers);
  answer.flips_where = fmt::format(
      "Newest first costs less of the tail the lower the load: {} at {}. It is for trees that it "
      "pays (Q10).",
      text_of(evidence.ratio({ordered("newest first"), kLow}, {ordered("oldest first"), kLow},
                             "sojourn_p99"),
              Unit::factor),
      stated(kLow, Unit::share));
  answer.claims = claims_of(found);
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
              "costs little; the order does not change the mean, but it changes which job waits "
              "longest.",
          .experiment = fmt::format(
              "Bursts of {} jobs with queues of {} and both halves overflowing, with the reference "
              "costs; Poisson requests at random workers at no cost, oldest and newest first: "
              "random_stealing; shared_queue and sharded_loops as controls; {} workers in virtual "
              "time.",
              stated(kJobs, Unit::count), stated_range(kCapacities, Unit::count), kWorkers),
          .metric = "Makespan, overflows, mean and p99 of the sojourn.",
          .rule = fmt::format(
              "The time with {0} is {1} of that with {2} and those of the halves {3} of each "
              "other; {4} overflows and {2} does not; at {5} load newest first has a mean {6} of "
              "that of oldest first and a p99 {7}.",
              kSmallest, kSmallBound, stated(kLargest, Unit::count), kHalvesBound, kTokio,
              stated(kHigh, Unit::share), kMeanBound, kTailBound),
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
