// The first question of this lab: does asyncio steal work, as Tokio does? Shows what asyncio's loop
// does instead, step by step and on real threads, and the load from which one loop is not enough.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "bench/questions/entries.hpp"
#include "bench/questions/judgement.hpp"
#include "bench/questions/trace_lines.hpp"

namespace loopsteal::questions {
namespace {

constexpr WorkerId kCpus = 2;   // Of real threads.
constexpr WorkerId kLoops = 4;  // In virtual time.
constexpr double kMean = 100e3;
// Work that arrives in a time, in units of what one loop can do in it.
constexpr double kBusy = 0.8;
constexpr std::array kTraffic = {0.1, 0.3, 0.5, 0.7, kBusy, 0.9, 0.95};
constexpr std::array kMoreTraffic = {1.5, 2.0, 2.5, 3.0, 3.5, 3.8};
// Enough means: the p99 is at most so many times that of an idle loop. M/M/1 has that p99 at kKnee.
constexpr double kEnough = 5;
constexpr double kKnee = 1 - 1 / kEnough;
constexpr Bound kKneeBound = Bound::within(0.05);
constexpr TheoryBound kTheoryBound{0.02};

constexpr int kJobs = 2000;
constexpr double kJobWork = 50e3;
constexpr std::string_view kHotJobs = "nine in ten of one shard";  // The workload's default.
constexpr std::string_view kTraceSeries = "order";

constexpr std::array kSides = {
    Side{"event_loop", "event_loop"}, Side{"sharded_loops", "sharded_loops:placement=random"},
    Side{"shared_queue", "shared_queue"}, Side{"work_stealing", "work_stealing"}};

// Two callbacks, two tasks, two timers set the later one first, and a wait in which nothing runs.
constexpr std::string_view kProgram =
    R"({"version": 1, "main": "main", "tasks": {)"
    R"("main": [["log", "main begins"], ["call_later", 20, "timer of 20", "t20"],)"
    R"( ["call_later", 10, "timer of 10", "t10"], ["spawn", "task", "a"],)"
    R"( ["call_soon", "callback"], ["spawn", "task", "b"], ["log", "main waits"], ["sleep", 30],)"
    R"( ["log", "main ends"]],)"
    R"("task": [["log", "runs"], ["yield"], ["log", "runs on"]]}})";

std::string threads(std::string_view side) { return fmt::format("{}, threads", side); }

Trial order_trial(std::string_view machine) {
  return {.series = fmt::format("{}, {}", kTraceSeries, machine),
          .x = 0,
          .scheduler = "event_loop",
          .workload = {},
          .program = std::string(kProgram),
          .machine = std::string(machine),
          .repetitions = 1};
}

std::vector<Trial> trials(const Effort& effort) {
  std::vector<Trial> trials = {order_trial("sim"), order_trial("threads")};
  for (const Side& side : kSides) {
    trials.push_back(
        {.series = threads(side.name),
         .x = 0,
         .scheduler = std::string(side.scheduler),
         .workload = fmt::format("hot_shard:jobs={},work={}", kJobs, spec_time(kJobWork)),
         .workers = kCpus,
         .machine = "threads",
         .repetitions = effort.rounds()});
    const auto add = [&](double traffic) {
      trials.push_back({.series = std::string(side.name),
                        .x = traffic,
                        .scheduler = std::string(side.scheduler),
                        .workload = fmt::format("requests:mean={},rate={}/s,count={}",
                                                spec_time(kMean), traffic * 1e9 / kMean,
                                                effort.pieces(traffic < 0.85 ? 100'000 : 300'000)),
                        .workers = kLoops,
                        .repetitions = effort.repetitions()});
    };
    for (const double traffic : kTraffic) add(traffic);
    if (side.name == "event_loop") continue;
    for (const double traffic : kMoreTraffic) add(traffic);
  }
  return trials;
}

// Largest traffic at which the p99 stays within kEnough times that of an idle loop.
Crossing enough(const Evidence& evidence, std::string_view side) {
  // A request alone takes its service time; for exponential ones the p99 is ln 100 times the mean.
  const double idle_p99 = kMean * std::log(100.0);
  return first_crossing(evidence.places_of(side), middles_of(evidence, side, "sojourn_p99"),
                        kEnough * idle_p99);
}

std::string words_of(const TraceLine& line) {
  return line.text == "runs" || line.text == "runs on" ? line.task + " " + line.text : line.text;
}

AnswerTable order_table(const Evidence& evidence) {
  AnswerTable table{.title = "A small program on event_loop, step by step",
                    .machine = "threads",
                    .columns = {"iteration", "ms", "what runs", "from"},
                    .rows = {}};
  for (const TraceLine& line : trace_lines(evidence.at({"order, threads", 0}).trace)) {
    const bool timer = line.text.starts_with("timer") || line.text == "main ends";
    table.rows.push_back({std::to_string(line.iteration), std::to_string(line.ticks),
                          words_of(line),
                          timer ? "heap of timers, after a wait" : "deque of ready callbacks"});
  }
  return table;
}

std::string order_of(const Evidence& evidence, std::string_view machine) {
  std::string order;
  for (const TraceLine& line :
       trace_lines(evidence.at({fmt::format("{}, {}", kTraceSeries, machine), 0}).trace)) {
    order += (order.empty() ? "" : ", ") + words_of(line);
  }
  return order;
}

Claim order_claim(const Evidence& evidence) {
  const std::string expected =
      "main begins, main waits, task.1 runs, callback, task.2 runs, task.1 runs on, "
      "task.2 runs on, timer of 10, timer of 20, main ends";
  const std::string real = order_of(evidence, "threads");
  return {
      "the loop runs what is ready in the order in which it became so, and timers by deadline; "
      "on a real thread as in virtual time",
      real == order_of(evidence, "sim") && real == expected, real};
}

// Not only in the middle one.
bool in_every_round(const Evidence& evidence, const Place& place, std::string_view metric,
                    double value) {
  return std::ranges::all_of(evidence.values(place, metric),
                             [value](double one) { return one == value; });
}

Claim thread_claim(const Evidence& evidence) {
  const Place place{threads("event_loop"), 0};
  const Estimate used = evidence.estimate(place, "workers_used");
  const Estimate stolen = evidence.estimate(place, "stolen_jobs");
  return {"event_loop: one thread runs everything and nothing is stolen, in every round",
          in_every_round(evidence, place, "workers_used", 1) &&
              in_every_round(evidence, place, "stolen_jobs", 0),
          fmt::format("{:.0f} thread, {:.0f} steals", used.value, stolen.value)};
}

Claim shards_claim(const Evidence& evidence) {
  const Place place{threads("sharded_loops"), 0};
  const Estimate stolen = evidence.estimate(place, "stolen_jobs");
  const Estimate used = evidence.estimate(place, "workers_used");
  return {
      fmt::format("sharded_loops: {} threads, and still nothing is stolen, in every round", kCpus),
      in_every_round(evidence, place, "stolen_jobs", 0) &&
          in_every_round(evidence, place, "workers_used", kCpus),
      fmt::format("{:.0f} threads, {:.0f} steals", used.value, stolen.value)};
}

Claim steal_claim(const Evidence& evidence) {
  const Place place{threads("work_stealing"), 0};
  const Estimate stolen = evidence.estimate(place, "stolen_jobs");
  const Estimate used = evidence.estimate(place, "workers_used");
  return {fmt::format("work_stealing: {} threads in every round, and in the middle round one "
                      "thread steals jobs of another",
                      kCpus),
          stolen.value > 0 && in_every_round(evidence, place, "workers_used", kCpus),
          fmt::format("{:.0f} threads, {} jobs stolen", used.value, text_of(stolen, Unit::count))};
}

Claim theory_claim(const Evidence& evidence) {
  double worst = 0;
  bool explained = true;
  for (const double traffic : kTraffic) {
    const Place place{"event_loop", traffic};
    const Estimate found = evidence.estimate(place, "sojourn_mean");
    const double theory = evidence.theory(place, "sojourn_mean");
    worst = std::max(worst, std::abs(found.value / theory - 1));
    explained = explained && kTheoryBound.holds(found, theory);
  }
  return {fmt::format("the loop's mean sojourn is that of M/M/1, {}", kTheoryBound), explained,
          fmt::format("mean sojourn off by {} at most", text_of(worst, Unit::share))};
}

Claim knee_claim(const Evidence& evidence) {
  const Crossing loop = enough(evidence, "event_loop");
  const Crossing stealing = enough(evidence, "work_stealing");
  const Crossing shards = enough(evidence, "sharded_loops");
  const double loops = kLoops;
  return {
      fmt::format("one loop is enough up to {} of what it can do, {} (M/M/1 says so); each of {} "
                  "sharded loops carries as much, and stealing carries more",
                  stated(kKnee, Unit::share), kKneeBound, kLoops),
      kKneeBound.holds(loop.x / kKnee) && kKneeBound.holds(shards.x / (kKnee * loops)) &&
          stealing.x > shards.x,
      fmt::format("{:.2f}; {:.2f} on {} sharded loops; {:.2f} with stealing", loop.x, shards.x,
                  kLoops, stealing.x)};
}

Chart load_chart(const Evidence& evidence) {
  Chart chart{.name = "q01-enough",
              .title = fmt::format(
                  "When one loop is not enough: p99 against traffic, exponential service of {}, no "
                  "costs",
                  stated(kMean, Unit::time)),
              .x_label = "work that arrives, in units of what one loop can do",
              .y_label = "p99 of the sojourn",
              .y_unit = Unit::time,
              .log_y = true};
  for (const Side& side : kSides) {
    const std::string name = side.name == "event_loop"
                                 ? std::string(side.name)
                                 : fmt::format("{}, {} workers", side.name, kLoops);
    chart.curves.push_back(curve_of(evidence, side.name, "sojourn_p99", name));
  }
  chart.curves.push_back(theory_of(evidence, "event_loop", "sojourn_p99", "M/M/1"));
  return chart;
}

AnswerTable threads_table(const Evidence& evidence) {
  AnswerTable table{
      .title = fmt::format("{} jobs of {}, {}, on {} CPUs", stated(kJobs, Unit::count),
                           stated(kJobWork, Unit::time), kHotJobs, kCpus),
      .machine = "threads",
      .columns = {"scheduler", "threads that ran jobs", "jobs stolen", "time"},
      .rows = {}};
  for (const Side& side : kSides) {
    const Place place{threads(side.name), 0};
    table.rows.push_back({std::string(side.name),
                          text_of(evidence.estimate(place, "workers_used").value, Unit::count),
                          text_of(evidence.estimate(place, "stolen_jobs").value, Unit::count),
                          text_of(evidence.estimate(place, "makespan"), Unit::time)});
  }
  return table;
}

std::vector<Effect> effects_of(const Evidence& evidence) {
  const Place stealing{threads("work_stealing"), 0};
  const auto of_threads = [&](std::string_view side, std::string_view of_what) {
    return Effect{fmt::format("time of {} over work_stealing, {} CPUs{}", side, kCpus, of_what),
                  evidence.ratio({threads(side), 0}, stealing, "makespan"), Unit::factor,
                  "threads"};
  };
  const auto of_traffic = [&](double traffic) {
    return Effect{
        fmt::format("p99 of event_loop over work_stealing with {} workers, traffic of {} loops",
                    kLoops, traffic),
        evidence.ratio({"event_loop", traffic}, {"work_stealing", traffic}, "sojourn_p99"),
        Unit::factor};
  };
  return {of_threads("event_loop", ""),
          of_threads("sharded_loops", ", nine jobs in ten of one loop"), of_traffic(kBusy),
          of_traffic(kTraffic.back())};
}

Answer judge(const Evidence& evidence) {
  const Crossing loop = enough(evidence, "event_loop");
  const Crossing stealing = enough(evidence, "work_stealing");
  const Place one{threads("event_loop"), 0};
  const Place other{threads("work_stealing"), 0};
  Answer answer;
  answer.verdict = fmt::format(
      "No: asyncio's loop is one thread that takes callbacks from a deque, first in, first out, "
      "and timers from a heap, then waits; it has nobody to steal from ({} thread, {} steals, "
      "where work stealing used {} and took {} jobs over). One such loop is enough up to {} of "
      "what it can do; {} workers that steal carry {:.1f} times that.",
      text_of(evidence.estimate(one, "workers_used").value, Unit::count),
      text_of(evidence.estimate(one, "stolen_jobs").value, Unit::count),
      text_of(evidence.estimate(other, "workers_used").value, Unit::count),
      text_of(evidence.estimate(other, "stolen_jobs").value, Unit::count),
      text_of(loop.x, Unit::share), kLoops, stealing.x / loop.x);
  answer.effects = effects_of(evidence);
  answer.holds_for =
      "CPython's default loop as event_loop follows it (docs/parity.md); requests "
      "with exponential service and Poisson arrivals, no costs, for the curves.";
  answer.flips_where = fmt::format(
      "One loop is enough while the p99 may be {} that of an idle one: up to a traffic of {:.2f}; "
      "{} sharded loops up to {:.2f}, one queue for {} workers up to {:.2f}, stealing up to "
      "{:.2f}.",
      stated(kEnough, Unit::factor), loop.x, kLoops, enough(evidence, "sharded_loops").x, kLoops,
      enough(evidence, "shared_queue").x, stealing.x);
  answer.claims = {order_claim(evidence), thread_claim(evidence), shards_claim(evidence),
                   steal_claim(evidence), theory_claim(evidence), knee_claim(evidence)};
  answer.tables = {
      order_table(evidence), threads_table(evidence),
      table_of(evidence, "p99 of the sojourn", "traffic", Unit::none,
               {"event_loop", "sharded_loops", "shared_queue", "work_stealing"}, "sojourn_p99")};
  answer.charts = {load_chart(evidence)};
  return answer;
}

}  // namespace

Question asyncio_question() {
  return {
      .id = "Q01",
      .title =
          "Does asyncio use a work-stealing scheduler like Tokio? What does the default "
          "scheduler do? Is it documented?",
      .keywords = "python event loop enough one thread seed deque heap order stealing steal",
      .hypothesis =
          "asyncio's loop is one thread with a deque and a heap: nothing is stolen. It is "
          "enough for as long as an M/M/1 queue is.",
      .experiment = fmt::format(
          "A small program on event_loop, on a real thread and in virtual time; {} jobs of {}, {}, "
          "on {} real threads; Poisson requests in virtual time, {} times what one loop can do: "
          "event_loop, sharded_loops, shared_queue, work_stealing with {} workers.",
          stated(kJobs, Unit::count), stated(kJobWork, Unit::time), kHotJobs, kCpus,
          stated_range(kTraffic.front(), kMoreTraffic.back(), Unit::none), kLoops),
      .metric = "Threads that ran jobs, jobs stolen, the order of the program; p99 of the sojourn.",
      .rule = fmt::format(
          "In every round event_loop uses one thread and steals nothing, sharded_loops uses {0} "
          "threads and steals nothing, and work_stealing uses {0}; it steals in the middle round. "
          "The program's order is first in, first out, timers by deadline. The loop's mean sojourn "
          "is that of M/M/1, {1}. Its p99 is {2} that of an idle loop at {3} of the traffic that "
          "it can carry, {4}; {5} sharded loops carry as much each, and stealing carries more.",
          kCpus, kTheoryBound, stated(kEnough, Unit::factor), stated(kKnee, Unit::share),
          kKneeBound, kLoops),
      .background =
          "In part. docs.python.org, \"Developing with asyncio\": a loop runs in one thread and "
          "executes all callbacks and tasks there, and \"Event Loop\": call_soon() keeps the order "
          "of registration. That ready callbacks are a deque, timers a heap, and that an iteration "
          "runs just those that were ready at its begin, stands only in the source: "
          "Lib/asyncio/base_events.py, BaseEventLoop._run_once().",
      .sources = {"Stack Overflow, \"Does python3 asyncio use a work stealing scheduler like Rust "
                  "Tokio?\"",
                  "python/cpython#150456", "Kludex/zuvloop#132"},
      .vary =
          "loopsteal script docs/cards/yield.json; loopsteal compare --machine sim --workers 8 "
          "--scheduler event_loop --scheduler work_stealing --workload "
          "requests:rate=9000/s,mean=100us --precision 2%",
      .metrics = {"workers_used", "stolen_jobs", "makespan", "sojourn_mean", "sojourn_p99"},
      .trials = trials,
      .judge = judge};
}

}  // namespace loopsteal::questions
