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
constexpr double kCheap = 1e3;
constexpr double kDear = 100e3;
constexpr std::array kSteals = {100.0, 300.0, kCheap, 3e3, kJob, 30e3, kDear, 300e3};
// Beyond kCheap, thieves that take everything rob each other before they have run any of it, and a
// run takes for ever.
constexpr double kAllUpTo = kCheap;
constexpr WorkerId kWorkers = 8;
constexpr int kJobs = 2000;
constexpr int kNodes = 16'000;  // Of the workload's default tree.

constexpr Bound kOneLoses = Bound::longer(0.2);    // One over half, where many jobs lie together.
constexpr Bound kTreeBound = Bound::within(0.02);  // The same in a tree.
constexpr Bound kAllLoses = Bound::longer(0.02);   // All over half.
constexpr Bound kHotBound = Bound::over(2);        // Loops over half, on a hot shard.
constexpr double kLost = 0.05;                     // How much slower than the loops is slower.

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
  std::string spec;
};
std::array<Work, 3> works() {
  return {
      // Many equal jobs from one task: loops have them dealt out evenly.
      Work{"even", fmt::format("fan_out:tasks={},work={}", kJobs, spec_time(kJob))},
      // Nine in ten belong to one shard: loops that own their shards get no help.
      Work{"hot", fmt::format("hot_shard:jobs={},work={}", kJobs, spec_time(kJob))},
      // A tree, newest node first at home: a thief that takes the oldest has a whole subtree to do.
      Work{"tree", fmt::format("uts:node_work={}", spec_time(kJob))},
  };
}

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
  for (const Work& work : works()) {
    for (const Side& side : kSides) {
      for (const double steal : kSteals) {
        const bool all = side.name == "steal all";
        if (all && (steal != kAllUpTo || work.name != "even")) continue;
        trials.push_back({.series = named(side.name, work.name),
                          .x = steal,
                          .scheduler = scheduler_of(side, work),
                          .workload = work.spec,
                          .workers = kWorkers,
                          .costs = fmt::format("zero,steal_operation={}ns", steal),
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
  return first_crossing(xs, ys, 1 + kLost);
}

std::string text_of(const Crossing& crossing) {
  if (crossing.found) return fmt::format("from {} a steal", text_of(crossing.x, Unit::time));
  return fmt::format("nowhere up to {}", text_of(crossing.x, Unit::time));
}

Claim half_claim(const Evidence& evidence, std::string_view work) {
  const double steal = kJob;
  const Estimate ratio = evidence.ratio({named("steal one", work), steal},
                                        {named("steal half", work), steal}, "makespan");
  return {fmt::format("{} jobs with one worker, a steal as dear as a job: one takes {} than half",
                      work, kOneLoses),
          kOneLoses.holds(ratio),
          fmt::format("one takes {} the time", text_of(ratio, Unit::factor))};
}

Claim tree_claim(const Evidence& evidence) {
  const double steal = kJob;
  const Estimate ratio = evidence.ratio({named("steal one", "tree"), steal},
                                        {named("steal half", "tree"), steal}, "makespan");
  const Estimate one = evidence.estimate({named("steal one", "tree"), steal}, "stolen_jobs");
  const Estimate half = evidence.estimate({named("steal half", "tree"), steal}, "stolen_jobs");
  return {fmt::format("a tree: one is as good as half, {}, and moves fewer jobs", kTreeBound),
          kTreeBound.holds(ratio) && one.high < half.low,
          fmt::format("{} the time, {} jobs moved against {}", text_of(ratio, Unit::factor),
                      text_of(one.value, Unit::count), text_of(half.value, Unit::count))};
}

// If jobs come evenly, the loops are at their best and stealing can only lose.
Claim region_claim(const Evidence& evidence) {
  const Crossing one = flip_of(evidence, "steal one", "even");
  const Crossing half = flip_of(evidence, "steal half", "even");
  return {fmt::format(
              "where jobs come evenly there is a cost of a steal from which stealing takes over "
              "{} longer than loops that do not steal; one at a time loses earlier than half",
              stated(kLost, Unit::share)),
          one.found && half.found && one.x < half.x,
          fmt::format("one {}, half {}", text_of(one), text_of(half))};
}

Claim hot_claim(const Evidence& evidence) {
  const Estimate ratio = evidence.ratio({named("sharded_loops", "hot"), kJob},
                                        {named("steal half", "hot"), kJob}, "makespan");
  return {fmt::format("where one loop owns most of the work, half is {} as fast as the loops even "
                      "if a steal is as dear as a job",
                      kHotBound),
          kHotBound.holds(ratio),
          fmt::format("{} as fast as the loops", text_of(ratio, Unit::factor))};
}

Claim all_claim(const Evidence& evidence) {
  const Estimate all = evidence.ratio({named("steal all", "even"), kAllUpTo},
                                      {named("steal half", "even"), kAllUpTo}, "makespan");
  return {fmt::format("all takes {} than half already when a steal costs {} of a job", kAllLoses,
                      stated(kAllUpTo / kJob, Unit::share)),
          kAllLoses.holds(all), fmt::format("{} the time", text_of(all, Unit::factor))};
}

Chart chart_of(const Evidence& evidence, std::string_view work, std::string_view title) {
  Chart chart{.name = fmt::format("q10-{}", work),
              .title = fmt::format("{}: time over that of sharded loops", title),
              .x_label = fmt::format("cost of a steal (a job takes {})", stated(kJob, Unit::time)),
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
  const auto one_over_half = [&](std::string_view work, std::string_view of_what) {
    return Effect{
        fmt::format("time of one over half, {}, a steal of {}", of_what, stated(kJob, Unit::time)),
        evidence.ratio({named("steal one", work), kJob}, {named("steal half", work), kJob},
                       "makespan"),
        Unit::factor};
  };
  answer.effects = {one_over_half("even", "even jobs"),
                    one_over_half("hot", "hot shard"),
                    one_over_half("tree", "tree"),
                    {fmt::format("time of half over sharded_loops, even jobs, a steal of {}",
                                 stated(kDear, Unit::time)),
                     evidence.ratio({named("steal half", "even"), kDear},
                                    {named("sharded_loops", "even"), kDear}, "makespan"),
                     Unit::factor}};
  answer.holds_for = fmt::format(
      "{} jobs of {} and a tree of {} nodes, newest first at home, on {} workers; steals of {}, "
      "nothing else costs anything.",
      stated(kJobs, Unit::count), stated(kJob, Unit::time), stated(kNodes, Unit::count), kWorkers,
      stated_range(kSteals, Unit::time));
  answer.flips_where = fmt::format(
      "More than {} slower than loops that do not steal: on even work one {}, half {}; on a hot "
      "shard one {}, half {}.",
      stated(kLost, Unit::share), text_of(flip_of(evidence, "steal one", "even")),
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
      .experiment = fmt::format(
          "{} equal jobs from one task, the same with nine in ten of one shard, and a tree: "
          "work_stealing with steal=one, half and all against sharded_loops, which do not steal, "
          "and shared_queue; {} workers in virtual time, steals of {}.",
          stated(kJobs, Unit::count), kWorkers, stated_range(kSteals, Unit::time)),
      .metric = "Makespan, as a ratio by pairs; jobs moved.",
      .rule = fmt::format(
          "When a steal costs a job, one takes {} than half on even jobs and on the hot shard; in "
          "the tree one is {} of half and moves fewer jobs. All takes {} than half when a steal "
          "costs {} of a job. On even work there is a cost from which one, and a higher one from "
          "which half, takes over {} longer than the loops. On the hot shard half is {} as fast as "
          "the loops.",
          kOneLoses, kTreeBound, kAllLoses, stated(kAllUpTo / kJob, Unit::share),
          stated(kLost, Unit::share), kHotBound),
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
