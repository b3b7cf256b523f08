// Whether stealing shortens the tail of requests with different sizes, compared with loops that
// share nothing: first with zero costs, compared with queueing theory, then with real costs.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"

namespace loopsteal::questions {
namespace {

constexpr double kHighLoad = 0.8;
constexpr std::array kLoads = {0.3, 0.5, 0.7, kHighLoad, 0.9};
constexpr double kMean = 100e3;  // Of the service, where operations cost nothing.
// Where operations cost something.
constexpr std::array kMeans = {1e3, 3e3, 10e3, 30e3, 100e3, 1000e3};
constexpr double kLoadWithCosts = 0.7;
constexpr WorkerId kWorkers = 8;
constexpr TheoryBound kExact{0.02};
constexpr TheoryBound kApproximate{0.10};
constexpr Bound kSameMean = Bound::within(0.02);
constexpr Bound kShorterTail = Bound::over(1);  // Of the p99 of the loops over that of stealing.

constexpr std::array kSides = {Side{"sharded_loops", "sharded_loops:placement=random"},
                               Side{"sharded, shorter of 2", "sharded_loops:placement=jsq"},
                               Side{"shared_queue", "shared_queue"},
                               Side{"work_stealing", "work_stealing"}};

std::string named(std::string_view side, std::string_view what) {
  return fmt::format("{}, {}", side, what);
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials;
  const auto add = [&](const Side& side, std::string_view what, double x, std::string workload,
                       std::string costs) {
    trials.push_back({.series = named(side.name, what),
                      .x = x,
                      .scheduler = std::string(side.scheduler),
                      .workload = std::move(workload),
                      .workers = kWorkers,
                      .costs = std::move(costs),
                      .repetitions = effort.repetitions()});
  };
  for (const Side& side : kSides) {
    for (const double load : kLoads) {
      for (const std::string_view service : {"exp", "bimodal1"}) {
        add(side, service, load,
            fmt::format("requests:mean={},service={},load={},count={}", spec_time(kMean), service,
                        load, effort.pieces(load < 0.85 ? 100'000 : 400'000)),
            "zero");
      }
    }
    for (const double mean : kMeans) {
      add(side, "costs", mean,
          fmt::format("requests:mean={}us,service=bimodal1,load={},count={}", mean / 1e3,
                      kLoadWithCosts, effort.pieces(30'000)),
          "reference");
    }
  }
  return trials;
}

// Largest deviation of the simulated curve from theory: relative, and beyond its interval.
struct Deviation {
  double relative = 0;
  double load = 0;
  bool explained = true;
};

Deviation deviation_of(const Evidence& evidence, const std::string& series, std::string_view metric,
                       const TheoryBound& bound) {
  Deviation worst;
  for (const double load : kLoads) {
    const Place place{series, load};
    const double theory = evidence.theory(place, metric);
    const Estimate found = evidence.estimate(place, metric);
    const double off = std::abs(found.value / theory - 1);
    if (!bound.holds(found, theory)) worst.explained = false;
    if (off >= worst.relative) worst = {off, load, worst.explained};
  }
  return worst;
}

Claim theory_claim(const Evidence& evidence, std::string_view side, std::string_view service,
                   std::string_view metric) {
  const std::string series = named(side, service);
  const Result& result = evidence.at({series, kLoads.front()});
  const TheoryBound& bound = result.theory_exact ? kExact : kApproximate;
  const Deviation worst = deviation_of(evidence, series, metric, bound);
  return {fmt::format("{}, {} service: {} is that of {}{}, {}", side, service,
                      metric == "sojourn_mean" ? "mean sojourn" : "p99 of the sojourn",
                      result.theory, result.theory_exact ? "" : " (an approximation)", bound),
          worst.explained,
          fmt::format("off by {} at most, at a load of {:.0f} %",
                      text_of(worst.relative, Unit::share), worst.load * 100)};
}

Claim tail_claim(const Evidence& evidence) {
  Estimate least{1e9, 1e9, 1e9};
  bool everywhere = true;
  for (const double load : kLoads) {
    const Estimate ratio =
        evidence.ratio({named("sharded_loops", "bimodal1"), load},
                       {named("work_stealing", "bimodal1"), load}, "sojourn_p99");
    everywhere = everywhere && kShorterTail.holds(ratio);
    if (ratio.value < least.value) least = ratio;
  }
  return {"work_stealing has the shorter p99 at every load", everywhere,
          fmt::format("{} as short where it gains least", text_of(least, Unit::factor))};
}

Claim sharing_claim(const Evidence& evidence) {
  const Estimate mean =
      evidence.ratio({named("work_stealing", "bimodal1"), kHighLoad},
                     {named("shared_queue", "bimodal1"), kHighLoad}, "sojourn_mean");
  return {
      fmt::format("it is sharing that does it: at no cost and {} load the mean of work_stealing "
                  "is {} of shared_queue's",
                  stated(kHighLoad, Unit::share), kSameMean),
      kSameMean.holds(mean), fmt::format("{} its mean", text_of(mean, Unit::factor))};
}

Chart load_chart(const Evidence& evidence) {
  Chart chart{.name = "q04-p99-load",
              .title =
                  "p99 against load, bimodal service (90 % short, 10 % eleven times as long), "
                  "no costs",
              .x_label = "load of each worker",
              .x_unit = Unit::share,
              .y_label = "p99 of the sojourn",
              .y_unit = Unit::time,
              .log_y = true};
  for (const Side& side : kSides) {
    const std::string series = named(side.name, "bimodal1");
    chart.curves.push_back(curve_of(evidence, series, "sojourn_p99", std::string(side.name)));
    const Curve theory =
        theory_of(evidence, series, "sojourn_p99", evidence.at({series, kLoads.front()}).theory);
    if (!theory.points.empty()) chart.curves.push_back(theory);
  }
  return chart;
}

Chart mean_chart(const Evidence& evidence) {
  Chart chart{
      .name = "q04-mean-load",
      .title = fmt::format(
          "Mean sojourn against load, exponential service, no costs: M/M/1 and M/M/{}", kWorkers),
      .x_label = "load of each worker",
      .x_unit = Unit::share,
      .y_label = "mean sojourn",
      .y_unit = Unit::time,
      .log_y = true};
  for (const Side& side : kSides) {
    const std::string series = named(side.name, "exp");
    chart.curves.push_back(curve_of(evidence, series, "sojourn_mean", std::string(side.name)));
    const Curve theory =
        theory_of(evidence, series, "sojourn_mean", evidence.at({series, kLoads.front()}).theory);
    if (!theory.points.empty()) chart.curves.push_back(theory);
  }
  return chart;
}

// Slowdown of each request of one run: its time divided by its own service time.
Chart slowdown_chart(const Evidence& evidence) {
  Chart chart{
      .name = "q04-slowdown",
      .title = fmt::format("Share of requests slowed down by more, bimodal service, load {}",
                           stated(kHighLoad, Unit::share)),
      .x_label = "slowdown: sojourn over service",
      .x_unit = Unit::factor,
      .y_label = "share of requests",
      .y_unit = Unit::share,
      .log_x = true,
      .log_y = true};
  constexpr std::array kShares = {std::pair{0.5, "slowdown_p50"}, std::pair{0.1, "slowdown_p90"},
                                  std::pair{0.01, "slowdown_p99"},
                                  std::pair{0.001, "slowdown_p999"}};
  for (const Side& side : kSides) {
    Curve curve{.name = std::string(side.name), .points = {}};
    for (const auto& [share, metric] : kShares) {
      const Place place{named(side.name, "bimodal1"), kHighLoad};
      curve.points.push_back({evidence.estimate(place, metric).value, {share, share, share}});
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

Chart cost_chart(const Evidence& evidence) {
  Chart chart{.name = "q04-costs",
              .title = fmt::format(
                  "p99 of work stealing over that of sharded loops, with the reference costs, load "
                  "{}",
                  stated(kLoadWithCosts, Unit::share)),
              .x_label = "mean service",
              .x_unit = Unit::time,
              .y_label = "ratio of p99; above 1 stealing loses",
              .y_unit = Unit::factor,
              .log_x = true,
              .log_y = true};
  for (const std::string_view one : {"work_stealing", "shared_queue"}) {
    chart.curves.push_back(ratio_curve(evidence, named(one, "costs"),
                                       named("sharded_loops", "costs"), "sojourn_p99",
                                       std::string(one)));
  }
  return chart;
}

// Shortest service from which on stealing wins.
std::string flip_of(const Curve& ratios) {
  double last_lost = 0;
  double first_won = 0;
  for (const CurvePoint& point : ratios.points) {
    if (point.y.low > 1) last_lost = point.x;
    if (point.y.high < 1 && first_won == 0) first_won = point.x;
  }
  if (last_lost == 0) {
    return fmt::format(
        "With what operations cost on the reference machine stealing won down to {} "
        "of service.",
        text_of(ratios.points.front().x, Unit::time));
  }
  return fmt::format(
      "With what operations cost on the reference machine stealing loses for services of {} and "
      "wins from {} on.",
      text_of(last_lost, Unit::time), text_of(first_won, Unit::time));
}

Answer judge(const Evidence& evidence) {
  const Place sharded{named("sharded_loops", "bimodal1"), kHighLoad};
  const Place stealing{named("work_stealing", "bimodal1"), kHighLoad};
  const Place shared{named("shared_queue", "bimodal1"), kHighLoad};
  const Estimate gain = evidence.ratio(sharded, stealing, "sojourn_p99");
  Answer answer;
  answer.charts = {load_chart(evidence), mean_chart(evidence), slowdown_chart(evidence),
                   cost_chart(evidence)};
  const std::string load = "load " + stated(kHighLoad, Unit::share);
  answer.verdict = fmt::format(
      "Yes: at a load of {} work stealing's p99 is {} as short as that of loops that share "
      "nothing; but one shared queue's is {} as short, so what cuts the tail is that no worker "
      "idles beside waiting requests, not stealing as such.",
      stated(kHighLoad, Unit::share), text_of(gain.value, Unit::factor),
      text_of(evidence.ratio(sharded, shared, "sojourn_p99").value, Unit::factor));
  answer.effects = {
      {fmt::format("p99 of sharded_loops over work_stealing, {}, bimodal", load), gain,
       Unit::factor},
      {fmt::format("p99 of sharded_loops over shared_queue, {}, bimodal", load),
       evidence.ratio(sharded, shared, "sojourn_p99"), Unit::factor},
      {fmt::format("p99.9 slowdown of sharded_loops over work_stealing, {}, bimodal", load),
       evidence.ratio(sharded, stealing, "slowdown_p999"), Unit::factor},
      {fmt::format("p99 of sharded_loops over work_stealing, {}, exponential", load),
       evidence.ratio({named("sharded_loops", "exp"), kHighLoad},
                      {named("work_stealing", "exp"), kHighLoad}, "sojourn_p99"),
       Unit::factor},
      {fmt::format("p99 of the shorter of 2 loops over work_stealing, {}, bimodal", load),
       evidence.ratio({named("sharded, shorter of 2", "bimodal1"), kHighLoad}, stealing,
                      "sojourn_p99"),
       Unit::factor}};
  answer.holds_for = fmt::format(
      "{} workers, loads of {}, exponential and bimodal service, Poisson arrivals from outside, "
      "operations that cost nothing.",
      kWorkers, stated_range(kLoads, Unit::share));
  answer.flips_where = flip_of(answer.charts.back().curves.front());
  for (const std::string_view metric : {"sojourn_mean", "sojourn_p99"}) {
    answer.claims.push_back(theory_claim(evidence, "sharded_loops", "exp", metric));
    answer.claims.push_back(theory_claim(evidence, "sharded_loops", "bimodal1", metric));
    answer.claims.push_back(theory_claim(evidence, "shared_queue", "exp", metric));
  }
  answer.claims.push_back(theory_claim(evidence, "work_stealing", "exp", "sojourn_mean"));
  answer.claims.push_back(theory_claim(evidence, "shared_queue", "bimodal1", "sojourn_mean"));
  answer.claims.push_back(tail_claim(evidence));
  answer.claims.push_back(sharing_claim(evidence));
  std::vector<std::string> names;
  for (const Side& side : kSides) names.push_back(named(side.name, "bimodal1"));
  answer.tables = {
      table_of(evidence, "p99 of the sojourn", "load", Unit::share, names, "sojourn_p99")};
  return answer;
}

}  // namespace

Question imbalance_question() {
  return {
      .id = "Q04",
      .title = "Does work stealing cut tail latency under imbalance, versus one loop per core?",
      .keywords = "thread per core shared nothing tail p99 slowdown glommio queueing theory M/G/1",
      .hypothesis =
          "Loops that share nothing are so many M/G/1 queues, a pool that conserves work is one "
          "M/G/n, whose tail is shorter at any load; with costs, short services turn that around.",
      .experiment = fmt::format(
          "Poisson requests from outside, exponential and bimodal service, loads of {} on {} "
          "workers in virtual time at no cost: sharded_loops (placed at random, and by the shorter "
          "of two), shared_queue as the other control, work_stealing; then mean services of {} "
          "with the reference costs.",
          stated_range(kLoads, Unit::share), kWorkers, stated_range(kMeans, Unit::time)),
      .metric = "Mean and p99 of the sojourn, p99.9 of the slowdown; ratios by pairs.",
      .rule = fmt::format(
          "Where theory is exact the curves are those of theory, {}; where it approximates, {}. "
          "The p99 of work_stealing is shorter at every load, with its interval, and its mean at "
          "{} load is {} of shared_queue's.",
          kExact, kApproximate, stated(kHighLoad, Unit::share), kSameMean),
      .background = "",
      .sources = {"tokio-rs/tokio#5771", "tokio-rs/tokio#4564", "tokio-rs/tokio#424",
                  "DataDog/glommio#237", "api7/aisix#891", "api7/aisix#902",
                  "without.boats, \"Thread-per-core\""},
      .vary =
          "loopsteal compare --machine sim --workers 8 --precision 1% --scheduler "
          "sharded_loops:placement=random --scheduler shared_queue --scheduler work_stealing "
          "--workload requests:service=lognormal,cv2=4,load=0.8",
      .metrics = {"sojourn_mean", "sojourn_p99", "slowdown_p50", "slowdown_p90", "slowdown_p99",
                  "slowdown_p999"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
