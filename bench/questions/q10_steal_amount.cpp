// How much a thief should take: one job, half of the victim's queue, or all of it; and the cost of
// a steal from which on it is better not to steal.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kJob = 10e3;  // ns
constexpr std::array kStealsUs = {0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0};
// Beyond a tenth of a job, thieves that take everything rob each other before they have run any of
// it, and a run takes for ever.
constexpr double kAllUpToUs = 1;
constexpr WorkerId kWorkers = 8;

// The queue holds all jobs, so that they are at one worker and not in the injector.
constexpr std::array kSides = {
    Side{"sharded_loops", "sharded_loops"},
    Side{"shared_queue", "shared_queue"},
    Side{"steal one", "work_stealing:steal=one,queue_capacity=4096"},
    Side{"steal half", "work_stealing:steal=half,queue_capacity=4096"},
    Side{"steal all", "work_stealing:steal=all,queue_capacity=4096"},
};

struct Work {
  std::string_view name;
  std::string_view spec;
};
constexpr std::array kWorks = {
    // Many equal jobs from one task: loops get an even share.
    Work{"even", "fan_out:tasks=2000,work=10us"},
    // Nine in ten belong to one shard: loops that own their shards get no help.
    Work{"hot", "hot_shard:jobs=2000,work=10us"},
    // A tree, newest node first at home: a thief that takes the oldest job gets a whole subtree.
    Work{"tree", "uts:node_work=10us"},
};

std::string named(std::string_view side, std::string_view work) {
  return fmt::format("{}, {}", side, work);
}

// Trees are searched like in Rayon and oneTBB.
std::string scheduler_of(const Side& side, const Work& work) {
  const bool steals = side.name.starts_with("steal");
  return std::string(side.scheduler) + (steals && work.name == "tree" ? ",local_order=lifo" : "");
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  for (const Work& work : kWorks) {
    for (const Side& side : kSides) {
      for (const double us : kStealsUs) {
        const bool all = side.name == "steal all";
        if (all && (us != kAllUpToUs || work.name != "even")) continue;
        trials.push_back({.series = named(side.name, work.name),
                          .x = us * 1e3,
                          .scheduler = scheduler_of(side, work),
                          .workload = std::string(work.spec),
                          .workers = kWorkers,
                          .costs = fmt::format("zero,steal_operation={}ns", us * 1e3),
                          .repetitions = effort.repetitions()});
      }
    }
  }
  return trials;
}

// Time with stealing divided by the time of loops without it, along the cost of a steal.
Curve against_loops(const Evidence& evidence, std::string_view side, std::string_view work) {
  return ratio_curve(evidence, named(side, work), named("sharded_loops", work), "makespan",
                     std::string(side));
}

// Cost of a steal from which on stealing is slower than not stealing.
Crossing flip_of(const Evidence& evidence, std::string_view side, std::string_view work) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (const CurvePoint& point : against_loops(evidence, side, work).points) {
    xs.push_back(point.x);
    ys.push_back(point.y.value);
  }
  return first_crossing(xs, ys, 1.05);
}

std::string text_of(const Crossing& crossing) {
  if (crossing.found) return fmt::format("from {} a steal", text_of(crossing.x, Unit::time));
  return fmt::format("nowhere up to {}", text_of(crossing.x, Unit::time));
}

Claim half_claim(const Evidence& evidence, std::string_view work) {
  const double steal = kJob;
  const Estimate ratio = evidence.ratio({named("steal one", work), steal},
                                        {named("steal half", work), steal}, "makespan");
  return {fmt::format("{} jobs with one worker, a steal as dear as a job: half beats one", work),
          ratio.low > 1.2, fmt::format("one takes {} the time", text_of(ratio, Unit::factor))};
}

Claim tree_claim(const Evidence& evidence) {
  const double steal = kJob;
  const Estimate ratio = evidence.ratio({named("steal one", "tree"), steal},
                                        {named("steal half", "tree"), steal}, "makespan");
  const Estimate one = evidence.estimate({named("steal one", "tree"), steal}, "stolen_jobs");
  const Estimate half = evidence.estimate({named("steal half", "tree"), steal}, "stolen_jobs");
  return {"a tree: one is as good as half to 2 %, and moves fewer jobs",
          ratio.low > 0.98 && ratio.high < 1.02 && one.high < half.low,
          fmt::format("{} the time, {} jobs moved against {}", text_of(ratio, Unit::factor),
                      text_of(one.value, Unit::count), text_of(half.value, Unit::count))};
}

// If jobs come evenly, the loops are at their best and stealing can only lose.
Claim region_claim(const Evidence& evidence) {
  const Crossing one = flip_of(evidence, "steal one", "even");
  const Crossing half = flip_of(evidence, "steal half", "even");
  return {
      "where jobs come evenly there is a cost from which stealing loses to loops that do not; "
      "one at a time loses earlier than half",
      one.found && half.found && one.x < half.x,
      fmt::format("one {}, half {}", text_of(one), text_of(half))};
}

Claim hot_claim(const Evidence& evidence) {
  const Estimate ratio = evidence.ratio({named("sharded_loops", "hot"), kJob},
                                        {named("steal half", "hot"), kJob}, "makespan");
  return {"where one loop owns most of the work, stealing wins even if a steal is as dear as a job",
          ratio.low > 2, fmt::format("{} as fast as the loops", text_of(ratio, Unit::factor))};
}

Claim all_claim(const Evidence& evidence) {
  const double steal = kAllUpToUs * 1e3;
  const Estimate all = evidence.ratio({named("steal all", "even"), steal},
                                      {named("steal half", "even"), steal}, "makespan");
  return {"all is worse than half already when a steal costs a tenth of a job", all.low > 1.02,
          fmt::format("{} the time", text_of(all, Unit::factor))};
}

Chart chart_of(const Evidence& evidence, std::string_view work, std::string_view title) {
  Chart chart{.name = fmt::format("q10-{}", work),
              .title = fmt::format("{}: time over that of sharded loops", title),
              .x_label = "cost of a steal (a job takes 10 us)",
              .x_unit = Unit::time,
              .y_label = "ratio of makespans; above 1 stealing loses",
              .y_unit = Unit::factor,
              .log_x = true,
              .log_y = true};
  for (const Side& side : kSides) {
    if (side.name == "sharded_loops") continue;
    Curve curve = against_loops(evidence, side.name, work);
    if (!curve.points.empty()) chart.curves.push_back(std::move(curve));
  }
  return chart;
}

AnswerTable makespans(const Evidence& evidence, std::string_view work) {
  std::vector<std::string> names;
  for (const Side& side : kSides) {
    if (!evidence.places_of(named(side.name, work)).empty())
      names.push_back(named(side.name, work));
  }
  return table_of(evidence, fmt::format("Makespan, {} work", work), "a steal costs", Unit::time,
                  names, "makespan");
}

Answer judge(const Evidence& evidence) {
  const Estimate even = evidence.ratio({named("steal one", "even"), kJob},
                                       {named("steal half", "even"), kJob}, "makespan");
  Answer answer;
  answer.verdict = fmt::format(
      "Half, if many jobs lie with one worker: when a steal is as dear as a job, taking one at a "
      "time takes {} as long; in trees one will do, all is never better; and where work comes "
      "evenly any stealing loses to loops that do not steal once a steal costs enough ({} for one, "
      "{} for half).",
      text_of(even.value, Unit::factor), text_of(flip_of(evidence, "steal one", "even")),
      text_of(flip_of(evidence, "steal half", "even")));
  answer.effects = {{"time of one over half, even jobs, a steal of 10 us", even, Unit::factor},
                    {"time of one over half, hot shard, a steal of 10 us",
                     evidence.ratio({named("steal one", "hot"), kJob},
                                    {named("steal half", "hot"), kJob}, "makespan"),
                     Unit::factor},
                    {"time of one over half, tree, a steal of 10 us",
                     evidence.ratio({named("steal one", "tree"), kJob},
                                    {named("steal half", "tree"), kJob}, "makespan"),
                     Unit::factor},
                    {"time of half over sharded_loops, even jobs, a steal of 100 us",
                     evidence.ratio({named("steal half", "even"), 100e3},
                                    {named("sharded_loops", "even"), 100e3}, "makespan"),
                     Unit::factor}};
  answer.holds_for =
      "2,000 jobs of 10 us and a tree of 16,000 nodes, newest first at home, on 8 workers; steals "
      "of 100 ns "
      "to 300 us, nothing else costs anything.";
  answer.flips_where = fmt::format(
      "More than 5 % slower than loops that do not steal: on even work one {}, half {}; on a hot "
      "shard one {}, half {}.",
      text_of(flip_of(evidence, "steal one", "even")),
      text_of(flip_of(evidence, "steal half", "even")),
      text_of(flip_of(evidence, "steal one", "hot")),
      text_of(flip_of(evidence, "steal half", "hot")));
  answer.claims = {half_claim(evidence, "even"), half_claim(evidence, "hot"), tree_claim(evidence),
                   all_claim(evidence),          region_claim(evidence),      hot_claim(evidence)};
  answer.tables = {makespans(evidence, "even"), makespans(evidence, "hot"),
                   makespans(evidence, "tree")};
  answer.charts = {chart_of(evidence, "even", "Even jobs from one task"),
                   chart_of(evidence, "hot", "Nine jobs in ten of one shard"),
                   chart_of(evidence, "tree", "An unbalanced tree")};
  return answer;
}

}  // namespace

Question steal_amount_question() {
  return {
      .id = "Q10",
      .title = "Steal one, half or all?",
      .keywords = "amount batch thief victim region where stealing loses cost",
      .hypothesis =
          "The more jobs lie in one place, the more a thief should take; with trees it "
          "does not matter, and a dear steal is worse than none.",
      .experiment =
          "2,000 equal jobs from one task, the same with nine in ten of one shard, and a tree: "
          "work_stealing with steal=one, half and all against sharded_loops, which do not steal, "
          "and shared_queue; 8 workers in virtual time, steals of 100 ns to 300 us.",
      .metric = "Makespan, as a ratio by pairs; jobs moved.",
      .rule =
          "Half beats one by 20 % on both, when a steal costs a job; on the tree they are within "
          "2 %; all is 2 % worse than half at a tenth of that; on even work there is a cost from "
          "which one, and a higher one from which half, is 5 % slower than the loops; on the hot "
          "shard half is twice as fast as the loops.",
      .background = "Tokio and Go take half of the victim's queue, Rayon and oneTBB one job.",
      .sources = {"microsoft/verona-rt#48", "mratsim/weave#25", "smol-rs/concurrent-queue#69",
                  "camunda/camunda#998", "TheHPXProject/hpx#6422"},
      .vary =
          "loopsteal compare --machine sim --workers 8 --costs zero,steal_operation=20us "
          "--scheduler sharded_loops --scheduler work_stealing:steal=one --scheduler "
          "work_stealing:steal=half --workload fan_out:tasks=200,work=10us",
      .metrics = {"makespan", "stolen_jobs"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
